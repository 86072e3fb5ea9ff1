//! Facts come from upstream as they are there; what passes is waited for, what does not is told.

use std::{sync::Arc, time::Duration};

use commands::ports::{Prisoners, Staff};
use domain::{LegalStatus, NomsNumber, Personal, StaffId};
use hmpps::ping;
use serde_json::{Map, Value, json};
use simulator::{Api, Fault, FaultKind};

use crate::world::{Circumstances, World};

fn example() -> NomsNumber {
    "A1234BC".parse().unwrap()
}

async fn world_waiting(timeout: Duration) -> World {
    World::start_in(Circumstances {
        timeout,
        ..Circumstances::default()
    })
    .await
}

fn members(value: Value) -> Map<String, Value> {
    serde_json::from_value(value).unwrap()
}

#[tokio::test]
async fn every_prisoner_reads_as_they_were_made() {
    let world = World::start().await;
    let patients = world
        .population
        .prisoners()
        .filter(|prisoner| prisoner.facts.restricted_patient);
    let patients: Vec<_> = patients.collect();
    assert!(!patients.is_empty());
    for prisoner in world.population.prisoners().step_by(20).chain(patients) {
        let read = world.prisoners.prisoner(prisoner.noms).await.unwrap().unwrap();
        // Debug hides what is sealed, so the whole is compared as it would be written.
        assert_eq!(
            serde_json::to_value(read).unwrap(),
            serde_json::to_value(prisoner.facts).unwrap()
        );
    }
}

#[tokio::test]
async fn staff_read_as_they_were_made_and_nobody_is_none() {
    let world = World::start().await;
    let pom = world
        .staff
        .staff(StaffId::try_from(485_926).unwrap())
        .await
        .unwrap()
        .unwrap();
    assert_eq!((&*pom.forename, &*pom.surname), ("MOIC", "POM"));
    assert!(pom.email == Some(Personal::Known("moic.pom@justice.gov.invalid".to_owned())));
    assert!(
        world
            .staff
            .staff(StaffId::try_from(1).unwrap())
            .await
            .unwrap()
            .is_none()
    );
    assert!(
        world
            .prisoners
            .prisoner("Z9999ZZ".parse().unwrap())
            .await
            .unwrap()
            .is_none()
    );
}

#[tokio::test]
async fn changes_are_seen_and_a_stale_index_shows_the_past() {
    let world = World::start().await;
    let change = json!({ "prisonId": "MDI", "legalStatus": "A_NEW_STATUS", "lastMovementTime": null });
    world.simulator.change_prisoner(example(), members(change));
    let moved = world.prisoners.prisoner(example()).await.unwrap().unwrap();
    assert_eq!(moved.prison, "MDI".parse().ok());
    assert_eq!((moved.legal_status, moved.arrived_on), (LegalStatus::Other, None));
    world
        .simulator
        .set_fault(Api::PrisonerSearch, Some(FaultKind::Stale.into()));
    let stale = world.prisoners.prisoner(example()).await.unwrap().unwrap();
    assert_eq!(stale.prison, "LEI".parse().ok());
}

#[tokio::test]
async fn three_bad_gateways_are_outlasted_and_four_are_not() {
    let world = World::start().await;
    world
        .simulator
        .set_fault(Api::PrisonerSearch, Some(Fault::status(502).times(3)));
    assert!(world.prisoners.prisoner(example()).await.unwrap().is_some());
    assert_eq!(world.simulator.requests(Api::PrisonerSearch), 4);

    world
        .simulator
        .set_fault(Api::PrisonerSearch, Some(Fault::status(500).times(4)));
    let unavailable = world.prisoners.prisoner(example()).await.unwrap_err();
    assert_eq!(
        (unavailable.what, unavailable.from),
        ("the prisoner", "prisoner-search")
    );
    assert_eq!(world.simulator.requests(Api::PrisonerSearch), 8);
}

#[tokio::test]
async fn what_does_not_pass_is_asked_once() {
    let world = World::start().await;
    for fault in [
        Fault::status(503),
        Fault::status(400),
        Fault::status(403),
        FaultKind::Malformed.into(),
    ] {
        let before = world.simulator.requests(Api::PrisonerSearch);
        world.simulator.set_fault(Api::PrisonerSearch, Some(fault));
        world.prisoners.prisoner(example()).await.unwrap_err();
        assert_eq!(world.simulator.requests(Api::PrisonerSearch), before + 1);
    }
}

#[tokio::test]
async fn a_refused_token_is_replaced_once() {
    let world = World::start().await;
    world
        .simulator
        .set_fault(Api::PrisonerSearch, Some(Fault::status(401).times(1)));
    assert!(world.prisoners.prisoner(example()).await.unwrap().is_some());
    assert_eq!(world.simulator.requests(Api::Auth), 2);

    world
        .simulator
        .set_fault(Api::PrisonerSearch, Some(Fault::status(401)));
    world.prisoners.prisoner(example()).await.unwrap_err();
    assert_eq!(world.simulator.requests(Api::Auth), 3);
}

#[tokio::test]
async fn many_calls_share_one_token_of_ours() {
    let world = World::start().await;
    let calls = (0..40).map(|_| world.prisoners.prisoner(example()));
    assert!(futures::future::join_all(calls).await.iter().all(Result::is_ok));
    assert_eq!(world.simulator.requests(Api::Auth), 1);
}

#[tokio::test]
async fn without_a_token_of_ours_the_fact_is_unavailable() {
    let world = World::start_in(Circumstances {
        secret: "wrong",
        ..Circumstances::default()
    })
    .await;
    let unavailable = world
        .staff
        .staff(StaffId::try_from(101).unwrap())
        .await
        .unwrap_err();
    assert_eq!(unavailable.from, "nomis-user-roles");
    assert_eq!(world.simulator.requests(Api::NomisUserRoles), 0);
}

#[tokio::test]
async fn an_upstream_that_hangs_is_given_up() {
    let world = world_waiting(Duration::from_secs(3)).await;
    world.simulator.set_fault(
        Api::PrisonerSearch,
        Some(FaultKind::Delay { millis: 600_000 }.into()),
    );
    world.prisoners.prisoner(example()).await.unwrap_err();
    world.simulator.set_fault(Api::PrisonerSearch, None);
    assert!(world.prisoners.prisoner(example()).await.unwrap().is_some());
}

#[tokio::test]
async fn no_more_than_ten_calls_are_under_way() {
    let world = Arc::new(world_waiting(Duration::from_mins(10)).await);
    world.prisoners.prisoner(example()).await.unwrap();
    let before = world.simulator.requests(Api::PrisonerSearch);
    world.simulator.set_fault(
        Api::PrisonerSearch,
        Some(FaultKind::Delay { millis: 600_000 }.into()),
    );
    let calls: Vec<_> = (0..30)
        .map(|_| {
            let world = Arc::clone(&world);
            tokio::spawn(async move { world.prisoners.prisoner(example()).await.is_ok() })
        })
        .collect();
    let under_way = || world.simulator.requests(Api::PrisonerSearch) - before;
    while under_way() < 10 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    // Had there been no limit, the other twenty would have come while another service was asked.
    for _ in 0..20 {
        world.staff.staff(StaffId::try_from(101).unwrap()).await.unwrap();
    }
    assert_eq!(under_way(), 10);
    calls.iter().for_each(tokio::task::JoinHandle::abort);
}

#[tokio::test]
async fn pings_tell_who_is_there() {
    let world = World::start().await;
    for api in Api::ALL {
        let url = world.simulator.url(api);
        let there = ping(&world.http, &url).await;
        assert!(there.up, "{there:?}");
        assert_eq!(there.detail, "200 OK");
        world.simulator.set_fault(api, Some(Fault::status(503)));
        let down = ping(&world.http, &url).await;
        assert_eq!((down.up, &*down.detail), (false, "503 Service Unavailable"));
    }
    let address = world.simulator.base_url();
    world.simulator.stop().await;
    assert!(!ping(&world.http, &address).await.up);
}

#[tokio::test]
async fn the_prison_listing_of_the_simulator_has_pages_and_follows_moves() {
    let world = World::start().await;
    let token = {
        let request = simulator::TokenRequest::client("reconcile", &["ROLE_PRISONER_SEARCH"]);
        world.simulator.issuer().issue(&request).unwrap()
    };
    let listing = async |query: &str| -> Value {
        let url = format!(
            "{}/prisoner-search/prison/LEI?{query}",
            world.simulator.url(Api::PrisonerSearch)
        );
        world
            .http
            .get(url)
            .bearer_auth(&token)
            .send()
            .await
            .unwrap()
            .json()
            .await
            .unwrap()
    };
    let all = listing("size=10000&include-restricted-patients=true").await;
    let leeds = world
        .population
        .prison("LEI".parse().unwrap())
        .unwrap()
        .places()
        .len();
    assert_eq!(all["totalElements"], json!(leeds));
    let second = listing("size=10&page=1&include-restricted-patients=true").await;
    assert_eq!(
        second["content"].as_array().unwrap().as_slice(),
        &all["content"].as_array().unwrap()[10..20]
    );
    world
        .simulator
        .change_prisoner(example(), members(json!({ "prisonId": "MDI" })));
    assert_eq!(
        listing("size=10000&include-restricted-patients=true").await["totalElements"],
        json!(leeds - 1)
    );

    let url = format!("{}/prisoner/A1234BC", world.simulator.url(Api::PrisonerSearch));
    assert_eq!(world.http.get(&url).send().await.unwrap().status(), 401);
    let roleless = world.client_token();
    assert_eq!(
        world
            .http
            .get(&url)
            .bearer_auth(roleless)
            .send()
            .await
            .unwrap()
            .status(),
        403
    );
}

#[tokio::test]
async fn faults_are_switched_from_outside_too() {
    let world = World::start().await;
    let url = format!("{}/admin/faults/prisoner-search", world.simulator.base_url());
    let fault = json!({ "kind": "status", "status": 503 });
    assert!(
        world
            .http
            .put(&url)
            .json(&fault)
            .send()
            .await
            .unwrap()
            .status()
            .is_success()
    );
    world.prisoners.prisoner(example()).await.unwrap_err();
    assert!(
        world
            .http
            .delete(&url)
            .send()
            .await
            .unwrap()
            .status()
            .is_success()
    );
    assert!(world.prisoners.prisoner(example()).await.unwrap().is_some());

    let url = format!("{}/admin/prisoners/A1234BC", world.simulator.base_url());
    world
        .http
        .put(&url)
        .json(&json!({ "prisonId": "OUT" }))
        .send()
        .await
        .unwrap();
    assert_eq!(
        world.prisoners.prisoner(example()).await.unwrap().unwrap().prison,
        None
    );
}
