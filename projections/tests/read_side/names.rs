//! A hundred names in a database: what finds them, how they stand in lists, and what a new folding does.

use domain::{NomsNumber, PomPosition, pom::StaffDetails};
use futures::future::join_all;
use projections::{CaseFilter, CaseOrder, CaseOrderField, CaseQuery, Model, PageRequest};
use serde::Deserialize;
use sqlx::Executor;

use crate::{
    lists::{listed, query},
    support::{
        World, append,
        events::{allocation, choice, day, facts, noon, observed, onboarded, prison, staff},
        noms,
    },
};

/// Somebody, in the order of a list.
#[derive(Debug, Deserialize)]
struct Person {
    forename: String,
    surname: String,
    found: Vec<String>,
    #[serde(default)]
    missed: Vec<String>,
}

fn people() -> Vec<Person> {
    let lines = include_str!("../../../domain/tests/names/people.jsonl").lines();
    lines.map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// All of them at Leeds, numbered in the order of the list, each the case of a POM of the same name.
async fn everybody(world: &World) {
    let mut happenings = Vec::new();
    for (n, person) in people().iter().enumerate() {
        let mut choice = choice("LEI", 1000 + i64::try_from(n).unwrap(), noon("2026-02-01"));
        choice.pom.forename.clone_from(&person.forename);
        choice.pom.surname.clone_from(&person.surname);
        let primary = domain::allocation::AllocationEvent::PrimaryPomAllocated(choice);
        happenings.push(observed(noms(n), facts("LEI", &person.forename, &person.surname)));
        happenings.push(allocation(noms(n), noon("2026-02-01"), &[primary]));
    }
    // At once, because each is about another stream.
    join_all(
        happenings
            .into_iter()
            .map(|happening| append(&world.log, happening)),
    )
    .await;
    world.caught_up().await;
}

fn all_at_once(field: CaseOrderField) -> CaseQuery {
    CaseQuery {
        order: CaseOrder {
            field,
            descending: false,
        },
        page: PageRequest {
            first: Some(200),
            ..PageRequest::default()
        },
        ..query("LEI", None, "2026-07-01")
    }
}

async fn found(world: &World, text: &str) -> Vec<NomsNumber> {
    let filter = CaseFilter {
        name: Some(text.to_owned()),
        ..CaseFilter::default()
    };
    let query = CaseQuery {
        filter,
        ..all_at_once(CaseOrderField::LastName)
    };
    listed(&world.models, &query).await
}

#[tokio::test]
async fn people_are_found_by_what_is_typed_for_them_and_stand_in_the_order_of_letters() {
    let world = World::new().await;
    let _runner = world.project();
    everybody(&world).await;
    let people = people();
    let in_order: Vec<_> = (0..people.len()).map(noms).collect();
    for field in [CaseOrderField::LastName, CaseOrderField::PomName] {
        assert_eq!(
            listed(&world.models, &all_at_once(field)).await,
            in_order,
            "{field:?}"
        );
    }
    for (n, person) in people.iter().enumerate() {
        for text in person.found.iter().chain([&noms(n).to_string()]) {
            assert!(
                found(&world, text).await.contains(&noms(n)),
                "'{text}' finds {person:?}"
            );
        }
        for text in &person.missed {
            assert!(
                !found(&world, text).await.contains(&noms(n)),
                "'{text}' does not find {person:?}"
            );
        }
    }
}

#[tokio::test]
async fn pages_under_the_order_of_names_visit_everybody_once() {
    let world = World::new().await;
    let _runner = world.project();
    everybody(&world).await;
    let mut query = all_at_once(CaseOrderField::PomName);
    let whole = listed(&world.models, &query).await;
    query.page.first = Some(7);
    let mut visited = Vec::new();
    loop {
        let page = world.models.cases(&query).await.unwrap();
        visited.extend(page.cases.iter().map(|(case, _)| case.noms));
        let Some((_, last)) = page.cases.last().filter(|_| page.has_next) else {
            break;
        };
        query.page.after = Some(last.to_string().parse().unwrap());
    }
    assert_eq!(visited, whole);
}

#[tokio::test]
async fn poms_stand_in_the_order_of_letters() {
    let world = World::new().await;
    let _runner = world.project();
    let names = [
        ("Zoë", "Adams"),
        ("ÉLODIE", "Brown"),
        ("eve", "O’Brien"),
        ("Eve", "OBRIEN"),
        ("ÁINE", "Zed"),
    ];
    for (n, (forename, surname)) in names.into_iter().enumerate() {
        let id = 101 + i64::try_from(n).unwrap();
        let details = StaffDetails {
            forename: forename.to_owned(),
            surname: surname.to_owned(),
            email: None,
        };
        let renamed = domain::pom::PomEvent::StaffDetailsObserved { details };
        world
            .see([
                onboarded("LEI", id, PomPosition::Prison),
                crate::support::events::pom("LEI", id, &renamed),
            ])
            .await;
    }
    let poms = world
        .models
        .poms(prison("LEI"), None, day("2026-07-01"))
        .await
        .unwrap();
    let ids: Vec<_> = poms.iter().map(|pom| pom.staff_id).collect();
    assert_eq!(ids, [105, 102, 103, 104, 101].map(staff));
}

/// Rows as another version of the program left them.
const BY_ANOTHER_FOLDING: &str =
    "update rm.cases_1 set folding = 0, name_order = '', search_text = '', primary_name_order = ''";

#[tokio::test]
async fn names_that_another_version_folded_are_folded_again_by_the_next_projector() {
    let world = World::new().await;
    let runner = world.project();
    everybody(&world).await;
    let before = listed(&world.models, &all_at_once(CaseOrderField::PomName)).await;
    runner.stop().await;
    let owner = world.owner().await;
    owner.execute(BY_ANOTHER_FOLDING).await.unwrap();
    assert!(found(&world, "o'brien").await.is_empty());

    let _runner = world.project();
    let outdated = "select count(*) from rm.cases_1 where folding = 0";
    let refolded = async {
        while sqlx::query_scalar::<_, i64>(outdated)
            .fetch_one(&owner)
            .await
            .unwrap()
            > 0
        {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(crate::support::TIMEOUT, refolded)
        .await
        .unwrap();
    assert_eq!(
        listed(&world.models, &all_at_once(CaseOrderField::PomName)).await,
        before
    );
    assert!(!found(&world, "o'brien").await.is_empty());
}

#[tokio::test]
async fn names_are_not_counted_for_the_planner_which_would_keep_those_of_the_erased() {
    let world = World::new().await;
    let _runner = world.project();
    everybody(&world).await;
    let owner = world.owner().await;
    for model in Model::ALL {
        owner
            .execute(format!("analyze rm.{model}_1").as_str())
            .await
            .unwrap();
    }
    let counted: Vec<String> = sqlx::query_scalar(
        "select attname::text from pg_stats where schemaname = 'rm' and attname = any($1)",
    )
    .bind(vec![
        "prisoner",
        "information",
        "roles",
        "state",
        "pom",
        "name_order",
        "primary_name_order",
        "search_text",
        "location_key",
    ])
    .fetch_all(&owner)
    .await
    .unwrap();
    assert_eq!(counted, Vec::<String>::new());
}
