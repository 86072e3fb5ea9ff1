//! A key whose message cannot be sent waits, visibly, until an operator retries or discards; all others go on.

use messaging::{
    Relay,
    outbox::{self, OutboxError},
};

use crate::{
    faulty_sns::{FaultySns, Reply, TOPIC},
    world::{World, until},
};

const SICK: &str = "A0001BC";
const WELL: &str = "A0002BC";

/// Three messages each of two keys, the first of which is refused.
async fn refused(code: &'static str, sender_fault: bool) -> (World, FaultySns) {
    let world = World::new().await;
    for _ in 0..3 {
        world.announce(SICK).await;
        world.announce(WELL).await;
    }
    world.raise_watermark_to_head().await;
    let sns = FaultySns::start(move |_| Reply::Refuse {
        keys: vec![SICK.to_owned()],
        code,
        sender_fault,
    })
    .await;
    (world, sns)
}

#[tokio::test]
async fn what_can_never_be_accepted_is_parked_at_once() {
    let (world, sns) = refused("InvalidParameter", true).await;
    let relay = Relay::start(world.relay(sns.client(), TOPIC));
    until("the sick key is parked", async || world.parked().await == [SICK]).await;
    until("the well key's messages have left", async || {
        sns.versions_of(WELL) == [1, 2, 3]
    })
    .await;
    relay.stop().await;

    let parked = outbox::parked(&world.pool).await.unwrap();
    assert_eq!(
        (parked[0].attempts, &*parked[0].code, parked[0].waiting),
        (1, "InvalidParameter", 3)
    );
    assert_eq!(parked[0].since.get(), 1);
    assert!(parked[0].event_id.is_some());
    let status = outbox::status(&world.pool).await.unwrap();
    assert_eq!(
        (status.waiting, status.parked_keys, status.behind_parked),
        (3, 1, 3)
    );
    assert!(!status.oldest_age.is_zero());
}

#[tokio::test]
async fn what_fails_again_and_again_is_parked_after_so_many_attempts() {
    let (world, sns) = refused("InternalError", false).await;
    let relay = Relay::start(world.relay(sns.client(), TOPIC));
    until("the sick key is parked", async || world.parked().await == [SICK]).await;
    relay.stop().await;
    let attempts = outbox::parked(&world.pool).await.unwrap()[0].attempts;
    let tried = sns
        .calls()
        .iter()
        .filter(|call| call.contains(&SICK.to_owned()))
        .count();
    assert_eq!((attempts, tried), (3, 3));
    assert_eq!(sns.versions_of(WELL), [1, 2, 3]);
}

#[tokio::test]
async fn a_retried_key_sends_everything_in_order_also_what_came_meanwhile() {
    let (world, sns) = refused("InvalidParameter", true).await;
    let relay = Relay::start(world.relay(sns.client(), TOPIC));
    until("the sick key is parked", async || world.parked().await == [SICK]).await;
    world.announce(SICK).await;
    world.announce(WELL).await;
    world.raise_watermark_to_head().await;
    until("the well key goes on", async || {
        sns.versions_of(WELL) == [1, 2, 3, 4]
    })
    .await;

    sns.decide(|_| Reply::Accept);
    outbox::retry(&world.pool, SICK).await.unwrap();
    world.until_sent().await;
    relay.stop().await;
    assert_eq!(sns.versions_of(SICK), [1, 2, 3, 4]);
    assert_eq!(world.parked().await, [] as [&str; 0]);
}

#[tokio::test]
async fn a_discarded_message_leaves_a_trace_and_lets_the_next_ones_go() {
    let (world, sns) = refused("InvalidParameter", true).await;
    let relay = Relay::start(world.relay(sns.client(), TOPIC));
    until("the sick key is parked", async || world.parked().await == [SICK]).await;
    sns.decide(|_| Reply::Accept);
    let discarded = outbox::discard(&world.pool, SICK, " cannot be repaired ", "A Person")
        .await
        .unwrap();
    assert_eq!((discarded.position.get(), discarded.released), (1, 2));
    world.until_sent().await;
    relay.stop().await;
    assert_eq!(sns.versions_of(SICK), [2, 3]);

    let trace: (i64, String, i64, String, String, String) = sqlx::query_as(
        "select position, message_key, sequence, code, reason, discarded_by from es.discarded_message",
    )
    .fetch_one(&world.pool)
    .await
    .unwrap();
    let expected = (1, SICK, 1, "InvalidParameter", "cannot be repaired", "A Person");
    assert_eq!(
        (trace.0, &*trace.1, trace.2, &*trace.3, &*trace.4, &*trace.5),
        expected
    );
}

#[tokio::test]
async fn only_parked_keys_are_retried_or_discarded_and_only_with_a_reason() {
    let world = World::new().await;
    world.announce(WELL).await;
    assert!(matches!(
        outbox::retry(&world.pool, WELL).await,
        Err(OutboxError::NotParked)
    ));
    assert!(matches!(
        outbox::discard(&world.pool, WELL, "why", "who").await,
        Err(OutboxError::NotParked)
    ));
    assert!(matches!(
        outbox::discard(&world.pool, WELL, " ", "who").await,
        Err(OutboxError::Unexplained)
    ));
    assert!(matches!(
        outbox::discard(&world.pool, WELL, "why", "").await,
        Err(OutboxError::Unexplained)
    ));
    assert_eq!(world.waiting().await, 1);
}
