//! Trouble: what cannot be done now is done later, what never can is parked, and neither delays another case.

use chrono::TimeDelta;
use domain::PomStatus;
use event_store::{
    Actor, ActorKind, AppendRequest, Expected, Log, Metadata, NewEvent, Position, StreamId, StreamWrite,
    follow::{self, Clock},
};
use serde_json::json;
use tests::{eventually, people::ANN};
use uuid::Uuid;

use crate::scene::{Faults, NAME, SAM, Scene, TOM, assert_done_once, noon};

#[tokio::test]
async fn a_case_in_trouble_delays_no_other_case_and_is_done_when_the_trouble_is_over() {
    let scene = Scene::set().await;
    scene.set_status(ANN, PomStatus::Inactive).await;
    let since = scene.head().await;
    let clock = Clock::simulated(noon());
    let faults = Faults {
        refuses: Some(SAM),
        ..Faults::default()
    };
    let troubled = scene.replica(faults, &clock).await;
    eventually("the other cases are done", async || {
        let status = scene.status().await;
        (scene.head().await.get() == since.get() + 2 && status.delayed == 1).then_some(())
    })
    .await;
    troubled.stop().await;

    let well = scene.replica(Faults::default(), &clock).await;
    clock.set(noon() + TimeDelta::seconds(10));
    scene.all_done().await;
    let mut messages = scene.messages_after(since).await;
    messages.sort_unstable();
    assert_eq!(messages, [SAM, TOM]);
    assert_eq!(scene.head().await.get(), since.get() + 3);
    well.stop().await;
}

#[tokio::test]
async fn a_fact_that_is_not_to_be_had_is_asked_for_again() {
    let scene = Scene::set().await;
    scene.set_status(ANN, PomStatus::Inactive).await;
    let since = scene.head().await;
    let clock = Clock::simulated(noon());
    let faults = Faults {
        no_answers: true,
        ..Faults::default()
    };
    let troubled = scene.replica(faults, &clock).await;
    eventually("it is put off", async || {
        (scene.status().await.delayed == 1).then_some(())
    })
    .await;
    troubled.stop().await;
    assert_eq!(scene.head().await, since);

    let well = scene.replica(Faults::default(), &clock).await;
    clock.set(noon() + TimeDelta::seconds(10));
    scene.all_done().await;
    assert_done_once(&scene, since).await;
    well.stop().await;
}

#[tokio::test]
async fn an_event_that_cannot_be_read_is_parked_visibly_and_the_others_go_on() {
    let scene = Scene::set().await;
    poison(&scene).await;
    scene.set_status(ANN, PomStatus::Inactive).await;
    let since = scene.head().await;
    let replica = scene.replica(Faults::default(), &Clock::of_database()).await;
    scene.all_done().await;
    assert_done_once(&scene, since).await;

    let parked = follow::parked(scene.pool(), NAME).await.unwrap();
    assert_eq!(parked.len(), 1, "{parked:?}");
    assert_eq!(parked[0].key, "pom-LEI-999");
    assert!(parked[0].reason.contains("cannot be decoded"), "{parked:?}");
    assert_eq!(scene.status().await.parked, 1);
    replica.stop().await;
}

#[tokio::test]
async fn a_pom_who_is_active_again_keeps_the_cases_that_were_not_taken_yet() {
    let scene = Scene::set().await;
    scene.set_status(ANN, PomStatus::Inactive).await;
    scene.set_status(ANN, PomStatus::Active).await;
    let since = scene.head().await;
    let replica = scene.replica(Faults::default(), &Clock::of_database()).await;
    scene.all_done().await;
    assert_eq!(scene.head().await, since);
    replica.stop().await;
}

#[tokio::test]
async fn a_pom_who_was_removed_loses_their_cases_and_one_who_only_takes_no_new_ones_keeps_them() {
    let scene = Scene::set().await;
    scene.set_status(ANN, PomStatus::Unavailable).await;
    let replica = scene.replica(Faults::default(), &Clock::of_database()).await;
    let before = scene.head().await;
    scene.all_done().await;
    assert_eq!(scene.head().await, before);

    scene.set_status(ANN, PomStatus::Deleted).await;
    let since = scene.head().await;
    scene.all_done().await;
    assert_done_once(&scene, since).await;
    replica.stop().await;
}

#[tokio::test]
async fn what_the_process_did_names_itself_the_cause_and_the_request_that_it_goes_back_to() {
    let scene = Scene::set().await;
    scene.set_status(ANN, PomStatus::Inactive).await;
    let since = scene.head().await;
    let replica = scene.replica(Faults::default(), &Clock::of_database()).await;
    scene.all_done().await;
    let before = Position::new(since.get() - 1);
    let events = scene.log.read_after(before, 10).await.unwrap();
    let (cause, effects) = events.split_first().unwrap();
    let request = cause.decode_metadata().unwrap().correlation_id;
    for effect in effects {
        let metadata = effect.decode_metadata().unwrap();
        assert_eq!(
            (metadata.actor.kind, metadata.actor.id.as_str()),
            (ActorKind::System, NAME)
        );
        assert_eq!(metadata.correlation_id, request);
        assert_eq!(metadata.causation_id, Some(cause.event_id.to_string()));
    }
    assert_eq!(effects.len(), 3);
    replica.stop().await;
}

/// A change of status that no version of the service has written.
async fn poison(scene: &Scene) {
    let command_id = Uuid::now_v7();
    let event = NewEvent {
        event_id: Uuid::now_v7(),
        event_type: "PomStatusChanged".to_owned(),
        schema_version: 1,
        payload: json!({ "PomStatusChanged": { "status": "on the moon" } }),
    };
    let metadata = Metadata {
        command_id,
        operation: "test".to_owned(),
        correlation_id: command_id,
        causation_id: None,
        actor: Actor {
            kind: ActorKind::System,
            id: "test".to_owned(),
            display_name: None,
            client_id: None,
        },
        occurred_at: noon(),
        prison: None,
        policy: None,
    };
    let write = StreamWrite {
        stream: StreamId::new("pom", "LEI-999"),
        subject: "staff-999".to_owned(),
        expected: Expected::Any,
        events: vec![event],
    };
    let request = AppendRequest {
        command_id,
        request_hash: [0; 32],
        metadata,
        writes: vec![write],
        announcements: Vec::new(),
    };
    scene.log.append(request).await.unwrap();
}
