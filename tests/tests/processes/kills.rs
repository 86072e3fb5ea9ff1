//! Kills: whatever point the process had reached, its heir brings the same about.

use std::time::Duration;

use commands::processes::{InactivePom, Process};
use domain::PomStatus;
use event_store::follow::{Clock, Follower, lease_name};
use tests::people::ANN;

use crate::scene::{Faults, NAME, Point, Scene, assert_done_once};

fn at(point: Point) -> Faults {
    Faults {
        stands_still: Some(point),
        ..Faults::default()
    }
}

#[tokio::test]
async fn an_inactive_pom_loses_each_case_once_wherever_the_process_is_killed() {
    let points = [Point::Asking]
        .into_iter()
        .chain((0..3).flat_map(|n| [Point::BeforeCommand(n), Point::AfterCommand(n)]));
    for point in points {
        let scene = Scene::set().await;
        scene.set_status(ANN, PomStatus::Inactive).await;
        let since = scene.head().await;
        let clock = Clock::of_database();
        let first = scene.replica(at(point), &clock).await;
        first.stands_still().await;
        first.kill().await;

        let heir = scene.replica(Faults::default(), &clock).await;
        scene.all_done().await;
        assert_done_once(&scene, since).await;
        heir.stop().await;
    }
}

#[tokio::test]
async fn a_process_that_was_killed_after_every_single_step_comes_to_the_end() {
    let scene = Scene::set().await;
    scene.set_status(ANN, PomStatus::Inactive).await;
    let since = scene.head().await;
    let clock = Clock::of_database();
    for point in [
        Point::Asking,
        Point::BeforeCommand(0),
        Point::AfterCommand(0),
        Point::AfterCommand(0),
    ] {
        let replica = scene.replica(at(point), &clock).await;
        replica.stands_still().await;
        replica.kill().await;
    }
    let last = scene.replica(Faults::default(), &clock).await;
    scene.all_done().await;
    assert_done_once(&scene, since).await;
    last.stop().await;
}

#[tokio::test]
async fn events_that_were_passed_and_not_reacted_to_are_not_lost_with_the_replica() {
    let scene = Scene::set().await;
    scene.set_status(ANN, PomStatus::Inactive).await;
    let since = scene.head().await;
    let clock = Clock::of_database();
    let follower = Follower::new(scene.log.clone(), NAME, InactivePom.event_types(), clock.clone());
    let lead = follower.lead(Duration::from_mins(1)).await.unwrap().unwrap();
    assert_eq!(lead.advance().await.unwrap().tasks, 1);
    lead.release().await;

    let heir = scene.replica(Faults::default(), &clock).await;
    scene.all_done().await;
    assert_done_once(&scene, since).await;
    heir.stop().await;
}

#[tokio::test]
async fn a_replica_that_stalled_and_lost_its_lease_brings_nothing_about_twice() {
    let scene = Scene::set().await;
    scene.set_status(ANN, PomStatus::Inactive).await;
    let since = scene.head().await;
    let clock = Clock::of_database();
    let stalled = scene.replica(at(Point::BeforeCommand(0)), &clock).await;
    stalled.stands_still().await;
    sqlx::query("update es.lease set until = '-infinity' where name = $1")
        .bind(lease_name(NAME))
        .execute(scene.pool())
        .await
        .unwrap();
    let heir = scene.replica(Faults::default(), &clock).await;
    scene.all_done().await;
    assert_done_once(&scene, since).await;

    stalled.resume();
    stalled.stop().await;
    heir.stop().await;
    assert_done_once(&scene, since).await;
}
