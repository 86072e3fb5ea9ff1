//! Once a person's key is destroyed the read models forget what it sealed, and go on.

use std::{sync::Once, time::Duration};

use domain::{PomPosition, allocation::AllocationEvent, policy::OverrideReason};
use projections::{Model, RebuildOptions, RebuildPhase, RebuildProgress, rebuild};
use sqlx::{Executor, PgPool, error::DatabaseError};
use tokio::{runtime::Handle, task::block_in_place};

use crate::support::{
    TIMEOUT, World,
    events::{allocation, choice, day, ended, facts, noon, observed, onboarded},
    noms,
};

/// The builds that hold this text anywhere.
async fn holding(owner: &PgPool, text: &str) -> Vec<String> {
    let tables: Vec<String> = sqlx::query_scalar(
        "select oid::regclass::text from pg_class
         where relnamespace = 'rm'::regnamespace and relkind = 'r' order by 1",
    )
    .fetch_all(owner)
    .await
    .unwrap();
    let mut holding = Vec::new();
    for table in tables {
        let sql = format!("select exists (select from {table} t where t::text ilike '%{text}%')");
        let held: Result<bool, _> = sqlx::query_scalar(&sql).fetch_one(owner).await;
        let dropped_meanwhile = |error: &sqlx::Error| {
            let code = error.as_database_error().and_then(DatabaseError::code);
            code.is_some_and(|code| code == "42P01")
        };
        match held {
            Ok(held) => holding.extend(held.then_some(table)),
            Err(error) => assert!(dropped_meanwhile(&error), "{error}"),
        }
    }
    holding
}

pub(crate) async fn forgotten(owner: &PgPool, text: &str) {
    let forgetting = async {
        while !holding(owner, text).await.is_empty() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    let forgot = tokio::time::timeout(TIMEOUT, forgetting).await;
    assert!(forgot.is_ok(), "'{text}' is still held");
}

/// Two prisoners at Leeds whose POM was chosen for a reason put into words.
async fn two_people(world: &World) {
    for (number, name) in [(1, "Erika"), (2, "Frida")] {
        let noms = noms(number);
        let mut choice = choice("LEI", 101, noon("2026-02-01"));
        choice.overridden = Some(domain::allocation::Override {
            reasons: vec![OverrideReason::Suitability],
            suitability_detail: Some(format!("{name} asked").into()),
            other_detail: None,
        });
        world
            .see([
                observed(noms, facts("LEI", name, "Muster")),
                allocation(
                    noms,
                    noon("2026-02-01"),
                    &[AllocationEvent::PrimaryPomAllocated(choice)],
                ),
            ])
            .await;
    }
    world.see([onboarded("LEI", 101, PomPosition::Prison)]).await;
}

async fn erase(world: &World, subject: &str) {
    world.log.keyring().erase(subject, "asked for").await.unwrap();
}

#[tokio::test]
async fn a_person_who_was_erased_is_forgotten_without_a_rebuild_and_nobody_else_is() {
    let world = World::new().await;
    let _runner = world.project();
    two_people(&world).await;
    let owner = world.owner().await;
    assert_eq!(holding(&owner, "erika").await, ["rm.allocations_1", "rm.cases_1"]);

    erase(&world, noms(1).as_str()).await;
    forgotten(&owner, "erika").await;
    let keys = "select search_text, octet_length(name_order) from rm.cases_1 where noms = $1";
    let keys = sqlx::query_as::<_, (String, i32)>(keys).bind(noms(1).to_string());
    let kept = keys.fetch_one(&owner).await.unwrap();
    assert_eq!(
        kept,
        (noms(1).as_str().to_lowercase(), 0),
        "nor is there a key of the name"
    );
    let view = world
        .models
        .case(noms(1), day("2026-07-01"))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(view.facts.first_name.known(), None);
    assert!(view.facts.location.unwrap().known().is_none());
    assert_eq!(view.bucket, None, "whose age is not known is in no list");
    assert_eq!(
        view.facts.prison.unwrap().as_str(),
        "LEI",
        "what is not personal stays"
    );
    let allocation = view.allocation.unwrap().allocation;
    let overridden = allocation.overridden.unwrap();
    assert!(
        overridden.suitability_detail.unwrap().known().is_none(),
        "that something was said stays known"
    );
    assert_eq!(holding(&owner, "frida").await, ["rm.allocations_1", "rm.cases_1"]);

    // The row goes on from what was folded anew.
    let left = ended(Some(101), None, "LEI", noon("2026-03-01"));
    world
        .see([crate::support::events::allocation(
            noms(1),
            noon("2026-03-01"),
            &[AllocationEvent::AllocationEndedByRelease(left)],
        )])
        .await;
    let after = world.models.allocation(noms(1)).await.unwrap().unwrap();
    assert_eq!((after.version, after.allocation.primary), (2, None));
}

#[tokio::test]
async fn the_address_of_a_member_of_staff_is_forgotten() {
    let world = World::new().await;
    let _runner = world.project();
    two_people(&world).await;
    let owner = world.owner().await;
    assert_eq!(holding(&owner, "now101@").await, ["rm.poms_1"]);
    erase(&world, "staff-101").await;
    forgotten(&owner, "now101@").await;
}

#[tokio::test]
async fn whoever_was_erased_while_nobody_folded_is_forgotten_by_the_next_who_does() {
    let world = World::new().await;
    let runner = world.project();
    two_people(&world).await;
    runner.stop().await;
    erase(&world, noms(1).as_str()).await;
    let owner = world.owner().await;
    assert_eq!(holding(&owner, "erika").await.len(), 2);
    let _runner = world.project();
    forgotten(&owner, "erika").await;
}

#[tokio::test]
async fn a_build_that_is_kept_after_a_rebuild_forgets_too() {
    let world = World::new().await;
    let _runner = world.project();
    two_people(&world).await;
    let options = RebuildOptions {
        models: &Model::ALL,
        keep_previous: true,
        workers: 1,
        progress: &|_| (),
    };
    rebuild(&world.log, options).await.unwrap();
    let owner = world.owner().await;
    assert_eq!(holding(&owner, "erika").await.len(), 4);
    erase(&world, noms(1).as_str()).await;
    forgotten(&owner, "erika").await;
}

/// A build with the rows of the shown one, whose maker was last heard of a while ago.
const ABANDONED: &str = "
    select rm.create_build('cases', 7);
    insert into rm.cases_7 select * from rm.cases_1;
    insert into es.projection (name, version, fence, updated_at)
    values ('cases', 7, 0, clock_timestamp() - interval '2 minutes')";

#[tokio::test]
async fn what_a_rebuild_left_that_broke_off_is_thrown_away() {
    let world = World::new().await;
    let _runner = world.project();
    two_people(&world).await;
    let owner = world.owner().await;
    owner.execute(ABANDONED).await.unwrap();
    assert_eq!(
        holding(&owner, "erika").await,
        ["rm.allocations_1", "rm.cases_1", "rm.cases_7"]
    );
    erase(&world, noms(1).as_str()).await;
    forgotten(&owner, "erika").await;
    let builds = world.models.status().await.unwrap();
    assert!(builds.iter().all(|build| build.build == 1), "{builds:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_erased_during_a_rebuild_is_forgotten_by_the_new_builds() {
    let world = World::new().await;
    let _runner = world.project();
    two_people(&world).await;
    let erased = Once::new();
    let erase_after_folding = |progress: RebuildProgress| {
        if progress.phase == RebuildPhase::CatchingUp {
            let erase_one = || Handle::current().block_on(erase(&world, noms(1).as_str()));
            erased.call_once(|| block_in_place(erase_one));
        }
    };
    let options = RebuildOptions {
        models: &Model::ALL,
        keep_previous: false,
        workers: 1,
        progress: &erase_after_folding,
    };
    rebuild(&world.log, options).await.unwrap();
    assert!(erased.is_completed());
    let owner = world.owner().await;
    forgotten(&owner, "erika").await;
    assert_eq!(holding(&owner, "frida").await, ["rm.allocations_2", "rm.cases_2"]);
}
