//! One relay at a time works; whoever comes after it sends the rest.

use std::time::Duration;

use event_store::{ConnectOptions, Lease};
use messaging::{Relay, RelayOptions};
use uuid::Uuid;

use crate::{
    faulty_sns::{FaultySns, Reply, TOPIC},
    world::{World, until},
};

const KEY: &str = "A0001BC";

#[tokio::test]
async fn what_a_stopped_relay_left_the_next_one_sends() {
    let world = World::new().await;
    for _ in 0..40 {
        world.announce(KEY).await;
    }
    world.raise_watermark_to_head().await;
    let sns = FaultySns::start(|_| Reply::Accept).await;
    let first = Relay::start(world.relay(sns.client(), TOPIC));
    until("some have left", async || sns.accepted().len() > 3).await;
    first.stop().await;
    let sent = sns.accepted().len();
    assert_eq!(
        world.waiting().await,
        40 - sent as u64,
        "a stopped relay forgets nothing that SNS accepted"
    );

    let second = Relay::start(world.relay(sns.client(), TOPIC));
    world.until_sent().await;
    second.stop().await;
    assert_eq!(sns.versions_of(KEY), (1..=40).collect::<Vec<u64>>());
}

#[tokio::test]
async fn two_relays_never_send_at_the_same_time() {
    let world = World::new().await;
    let sns = FaultySns::start(|_| Reply::Accept).await;
    let first = Relay::start(world.relay(sns.client(), TOPIC));
    let second = Relay::start(world.relay(sns.client(), TOPIC));
    for _ in 0..20 {
        world.announce(KEY).await;
        world.raise_watermark_to_head().await;
    }
    world.until_sent().await;
    first.stop().await;
    world.announce(KEY).await;
    world.raise_watermark_to_head().await;
    world.until_sent().await;
    second.stop().await;
    assert_eq!(sns.versions_of(KEY), (1..=21).collect::<Vec<u64>>());
}

#[tokio::test]
async fn the_lease_of_a_relay_that_died_is_taken_over_when_it_runs_out() {
    let world = World::new().await;
    world.announce(KEY).await;
    world.raise_watermark_to_head().await;
    let mut connection = world.pool.acquire().await.unwrap();
    let dead = Lease::acquire(&mut connection, "relay", Uuid::now_v7(), Duration::from_secs(2))
        .await
        .unwrap()
        .unwrap();
    let sns = FaultySns::start(|_| Reply::Accept).await;
    let relay = Relay::start(world.relay(sns.client(), TOPIC));
    world.until_sent().await;
    assert!(
        !dead.renew(&mut connection, Duration::from_secs(2)).await.unwrap(),
        "the dead relay's fence is old"
    );
    relay.stop().await;
}

#[tokio::test]
async fn the_lease_of_a_relay_whose_process_was_killed_is_taken_over_at_once() {
    let world = World::new().await;
    world.announce(KEY).await;
    world.raise_watermark_to_head().await;
    let killed = event_store::connect(&world.url, ConnectOptions::default())
        .await
        .unwrap();
    let mut session = killed.acquire().await.unwrap();
    let until_tomorrow = Duration::from_hours(24);
    let lease = Lease::acquire(&mut session, "relay", Uuid::now_v7(), until_tomorrow).await;
    assert!(lease.unwrap().is_some());
    session.close().await.unwrap();
    killed.close().await;
    let sns = FaultySns::start(|_| Reply::Accept).await;
    let relay = Relay::start(world.relay(sns.client(), TOPIC));
    world.until_sent().await;
    relay.stop().await;
}

#[tokio::test]
async fn a_relay_whose_lease_was_taken_deletes_nothing_more() {
    let world = World::new().await;
    world.announce(KEY).await;
    let sns = FaultySns::start(|_| Reply::Accept).await;
    let relay = Relay::start(world.relay(sns.client(), TOPIC));
    until("the relay holds the lease", async || {
        fence(&world).await == Some(1)
    })
    .await;
    steal(&world).await;
    world.raise_watermark_to_head().await;
    until("the relay has taken the lease back", async || {
        fence(&world).await > Some(2)
    })
    .await;
    world.until_sent().await;
    relay.stop().await;
    assert_eq!(
        sns.versions_of(KEY),
        [1, 1],
        "what was sent under the old fence is not crossed off, and sent again"
    );
}

async fn fence(world: &World) -> Option<i64> {
    sqlx::query_scalar("select fence from es.lease where name = 'relay'")
        .fetch_optional(&world.pool)
        .await
        .unwrap()
}

async fn steal(world: &World) {
    let stolen =
        "update es.lease set owner = $1, fence = fence + 1, until = clock_timestamp() + interval '1 second'
        where name = 'relay'";
    sqlx::query(stolen)
        .bind(Uuid::now_v7())
        .execute(&world.pool)
        .await
        .unwrap();
}

#[tokio::test]
async fn with_publishing_switched_off_messages_stay() {
    let world = World::new().await;
    world.announce(KEY).await;
    world.raise_watermark_to_head().await;
    let sns = FaultySns::start(|_| Reply::Accept).await;
    let off = RelayOptions {
        publish_enabled: false,
        ..world.relay(sns.client(), TOPIC)
    };
    Relay::start(off).stop().await;
    assert_eq!((world.waiting().await, fence(&world).await), (1, None));
}

#[tokio::test]
async fn rows_that_come_in_behind_the_relay_are_found() {
    let world = World::new().await;
    let sns = FaultySns::start(|_| Reply::Accept).await;
    let relay = Relay::start(world.relay(sns.client(), TOPIC));
    world.announce(KEY).await;
    world.announce(KEY).await;
    world.raise_watermark_to_head().await;
    world.until_sent().await;
    let again = "insert into es.outbox
        select 1, 0, 'A0002BC', 'offender-management.allocation.changed',
            '{\"key\":\"A0002BC\",\"additionalInformation\":{\"eventId\":\"e\",\"aggregateVersion\":1,\"globalPosition\":1}}',
            'allocation-A0002BC', gen_random_uuid(), 1, clock_timestamp(), clock_timestamp()";
    sqlx::query(again).execute(&world.pool).await.unwrap();
    world.until_sent().await;
    relay.stop().await;
    assert_eq!(sns.versions_of("A0002BC"), [1]);
}
