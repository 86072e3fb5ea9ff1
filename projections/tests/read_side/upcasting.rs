//! An old log replays: events of earlier schema versions are read like those of today.

use domain::Personal;
use event_store::Log;
use projections::{AsOf, BuildStatus, Model, RebuildOptions, rebuild};
use serde_json::json;

use crate::support::{
    World,
    events::{day, facts, observed},
    noms, request,
};

/// An observation as schema version 1 wrote it: the location in clear, and the day of coming of age beside the date of birth.
fn observed_in_version_1(number: usize) -> event_store::AppendRequest {
    let mut request = request(observed(noms(number), facts("LEI", "John", "Doe")));
    for event in request.writes.iter_mut().flat_map(|write| &mut write.events) {
        event.schema_version = 1;
        let observed = event.payload.get_mut("PrisonerObserved").unwrap();
        let members = observed.as_object_mut().unwrap();
        members.insert("location".to_owned(), json!("A-1-02"));
        members.insert("adultOn".to_owned(), json!("2008-05-20"));
    }
    request
}

#[tokio::test]
async fn an_event_of_version_1_is_folded_rebuilt_and_replayed_like_one_of_today() {
    let world = World::new().await;
    let runner = world.project();
    let old = noms(1);
    let position = world.log.append(observed_in_version_1(1)).await.unwrap().last;
    let mut today = facts("LEI", "John", "Doe");
    today.location = Some(Personal::Known("A-1-02".to_owned()));
    world.see([observed(noms(2), today.clone())]).await;

    let shown = async || world.models.case(old, day("2026-07-01")).await.unwrap().unwrap();
    let folded = shown().await;
    assert_eq!(folded.facts, today);
    let as_of = AsOf::Position(position);
    let replayed = world
        .models
        .case_as_of(old, as_of, day("2026-07-01"))
        .await
        .unwrap();
    assert_eq!(replayed.as_ref(), Some(&folded));
    let timeline = world.models.timeline(old, 10, None, None).await.unwrap();
    let mut details = timeline.items[0].description.details.iter();
    assert!(details.any(|detail| detail.value.as_deref() == Some("A-1-02")));

    let options = RebuildOptions {
        models: &Model::ALL,
        keep_previous: false,
        workers: 2,
        progress: &|_| (),
    };
    rebuild(&world.log, options).await.unwrap();
    world.caught_up().await;
    assert_eq!(shown().await, folded);
    runner.stop().await;
}

#[tokio::test]
async fn an_event_of_a_later_version_stops_the_models_that_it_concerns_and_is_not_guessed() {
    let world = World::new().await;
    let _runner = world.project();
    let mut later = request(observed(noms(1), facts("LEI", "John", "Doe")));
    later.writes[0].events[0].schema_version = 99;
    let position = world.log.append(later).await.unwrap().last;

    let mut poms = world
        .models
        .reached_by(Model::Poms, position, crate::support::TIMEOUT)
        .await;
    assert!(poms.is_ok(), "{poms:?}");
    poms = world
        .models
        .reached_by(Model::Cases, position, crate::support::TIMEOUT)
        .await;
    let message = poms.unwrap_err().to_string();
    let status = world.models.status().await.unwrap();
    let cases = status.iter().find(|build| build.model == Model::Cases).unwrap();
    assert_eq!(cases.status, BuildStatus::Stopped);
    let error = cases.error.clone().unwrap();
    assert!(error.contains("schema version is 99"), "{error} {message}");
}
