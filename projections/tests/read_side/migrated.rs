//! Rows that the version before folded are as if this one had folded them.

use domain::NomsNumber;
use projections::ReadModels;
use sqlx::Executor;

use crate::{
    lists::{listed, query},
    support::{
        World,
        events::{allocated, facts, noon, observed, primary_removed},
        noms,
    },
};

const THE_PAST_STAYS_IN_THE_LOG: &str =
    include_str!("../../../migrations/0103_the_past_stays_in_the_log.sql");

/// Gives the build that is shown the column which it had, and takes from the state what it had not.
const AS_BEFORE: &str = "
    alter table rm.allocations_shape add terms text;
    alter table rm.allocations_1 add terms text;
    update rm.allocations_1 set
        terms = json_build_array(
            json_build_object('pom', json_build_object('forename', 'somebody', 'surname', 'before')),
            json_build_object('pom', coalesce(state::json -> 'previous', state::json #> '{primary,pom}')))::text,
        state = (state::jsonb - 'previous')::text";

#[tokio::test]
async fn whom_the_last_term_was_is_known_of_cases_without_a_pom() {
    let world = World::new().await;
    let _runner = world.project();
    let (left, held) = (noms(1), noms(2));
    world
        .see([
            allocated(left, "LEI", 101, noon("2026-01-01")),
            allocated(held, "LEI", 102, noon("2026-01-01")),
            primary_removed(left, 101, noon("2026-02-01")),
        ])
        .await;
    let before = world.models.allocations(&[left, held]).await.unwrap();
    assert!(before[&left].allocation.previous.is_some());

    let owner = world.owner().await;
    owner.execute(AS_BEFORE).await.unwrap();
    let lost = world.models.allocations(&[left, held]).await.unwrap();
    assert_ne!(lost, before);
    owner.execute(THE_PAST_STAYS_IN_THE_LOG).await.unwrap();
    assert_eq!(world.models.allocations(&[left, held]).await.unwrap(), before);
}

const NAMES_AS_THEY_ARE_COMPARED: &str =
    include_str!("../../../migrations/0105_names_as_they_are_compared.sql");

/// Names as they were before they were folded.
const IN_LOWER_CASE: &str = "
    drop view read.cases;
    alter table rm.cases_shape drop folding, drop name_order, drop primary_name_order,
        add name_key text default '', add primary_name_key text default '';
    alter table rm.cases_1 drop folding, drop name_order, drop primary_name_order,
        add name_key text default 'smith, jo', add primary_name_key text default '';
    select rm.show_build('cases', 1)";

#[tokio::test]
async fn names_in_lower_case_become_folded_ones() {
    let world = World::new().await;
    let runner = world.project();
    world
        .see([
            observed(noms(1), facts("LEI", "Jo", "Zola")),
            observed(noms(2), facts("LEI", "Jo", "Ångström")),
        ])
        .await;
    runner.stop().await;
    let owner = world.owner().await;
    owner.execute(IN_LOWER_CASE).await.unwrap();
    owner.execute(NAMES_AS_THEY_ARE_COMPARED).await.unwrap();

    let _runner = world.project();
    let refolded = async { while in_order(&world.models).await != [noms(2), noms(1)] {} };
    tokio::time::timeout(crate::support::TIMEOUT, refolded)
        .await
        .unwrap();
}

async fn in_order(models: &ReadModels) -> Vec<NomsNumber> {
    listed(models, &query("LEI", None, "2026-07-01")).await
}
