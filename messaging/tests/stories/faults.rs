//! Whatever SNS does: every message arrives, each key's in order, none before the watermark, none of what was rolled back.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use event_store::{AppendError, Expected};
use messaging::Relay;
use rand::{RngExt, SeedableRng, rngs::StdRng};
use serde_json::json;

use crate::{
    faulty_sns::{Entry, FaultySns, Reply, TOPIC},
    world::{World, until},
};

const KEYS: usize = 12;
const ROUNDS: usize = 5;

/// Success, throttling, a broken service, some messages of a call refused for now; and every seventh call is accepted
/// without an answer.
fn moody(seed: u64) -> impl FnMut(&[Entry]) -> Reply {
    let mut random = StdRng::seed_from_u64(seed);
    let mut calls = 0;
    move |entries| {
        calls += 1;
        match random.random_range(0..100) {
            _ if calls % 7 == 0 => Reply::AcceptSilently,
            0..55 => Reply::Accept,
            55..67 => Reply::Throttle,
            67..77 => Reply::Broken,
            _ => {
                let refused = entries.iter().filter(|_| random.random_bool(0.3));
                let keys = refused.map(|entry| entry.key.clone()).collect();
                Reply::Refuse {
                    keys,
                    code: "InternalError",
                    sender_fault: false,
                }
            }
        }
    }
}

fn key(number: usize) -> String {
    format!("A{number:04}BC")
}

#[tokio::test]
async fn every_message_arrives_in_the_order_of_its_key() {
    for seed in [1, 2, 3] {
        let world = World::new().await;
        let sns = FaultySns::start(moody(seed)).await;
        sns.check_watermark(world.watermark());
        let mut options = world.relay(sns.client(), TOPIC);
        options.attempts = 1_000;
        options.call_timeout = Duration::from_millis(500);
        let relay = Relay::start(options);

        for round in 0..ROUNDS {
            for number in 0..KEYS {
                world.announce(&key(number)).await;
            }
            let conflict = world
                .announce_with(&key(0), Expected::Version(999), |_| json!("rolled back"))
                .await;
            assert!(
                matches!(conflict, Err(AppendError::Conflict { .. })),
                "{conflict:?}"
            );
            // The watermark lags behind the log, as read models do.
            if round % 3 == 2 {
                world.raise_watermark_to_head().await;
            }
        }
        world.raise_watermark_to_head().await;
        world.until_sent().await;
        relay.stop().await;

        let accepted = sns.accepted();
        for number in 0..KEYS {
            let versions = sns.versions_of(&key(number));
            assert!(
                versions.is_sorted(),
                "seed {seed}: {versions:?} of {}",
                key(number)
            );
            let seen: BTreeSet<u64> = versions.into_iter().collect();
            assert_eq!(
                seen,
                (1..=ROUNDS as u64).collect(),
                "seed {seed}: {}",
                key(number)
            );
        }
        let mut ids: BTreeMap<(&str, u64), BTreeSet<&str>> = BTreeMap::new();
        for entry in &accepted {
            ids.entry((&entry.key, entry.version))
                .or_default()
                .insert(&entry.event_id);
            assert_eq!(entry.attributes["eventId"], entry.event_id);
        }
        assert!(
            ids.values().all(|ids| ids.len() == 1),
            "seed {seed}: a repetition has another event id"
        );
        assert!(
            accepted.len() > ids.len(),
            "seed {seed}: a call without an answer was not repeated"
        );
        assert_eq!(sns.too_early(), [] as [i64; 0], "seed {seed}");
        assert!(
            accepted.iter().all(|entry| !entry.body.contains("rolled back")),
            "seed {seed}"
        );
        for call in sns.calls() {
            let keys: BTreeSet<&String> = call.iter().collect();
            assert_eq!(
                keys.len(),
                call.len(),
                "seed {seed}: two messages of one key in one call"
            );
        }
    }
}

#[tokio::test]
async fn nothing_leaves_before_the_watermark_has_passed_it() {
    let world = World::new().await;
    let sns = FaultySns::start(|_| Reply::Accept).await;
    sns.check_watermark(world.watermark());
    let receipts = [
        world.announce("A0001BC").await,
        world.announce("A0002BC").await,
        world.announce("A0001BC").await,
    ];
    let relay = Relay::start(world.relay(sns.client(), TOPIC));
    for (sent, receipt) in (1..).zip(&receipts) {
        world.raise_watermark(receipt.last);
        until("the message at the watermark leaves", async || {
            sns.accepted().len() == sent
        })
        .await;
    }
    relay.stop().await;
    assert_eq!(sns.too_early(), [] as [i64; 0]);
}

#[tokio::test]
async fn when_sns_is_away_everything_waits_and_nothing_is_parked() {
    let world = World::new().await;
    for number in 0..30 {
        world.announce(&key(number)).await;
    }
    world.raise_watermark_to_head().await;
    let sns = FaultySns::start(|_| Reply::Broken).await;
    let relay = Relay::start(world.relay(sns.client(), TOPIC));
    until("SNS was tried more often than a message may be", async || {
        sns.calls().len() > 20
    })
    .await;
    assert_eq!(world.waiting().await, 30);
    assert_eq!(world.parked().await, [] as [&str; 0]);

    sns.decide(|_| Reply::Accept);
    world.until_sent().await;
    relay.stop().await;
    assert_eq!(sns.accepted().len(), 30);
}

#[tokio::test]
async fn a_message_that_spoils_its_call_is_found_and_only_its_key_parked() {
    let world = World::new().await;
    for number in 0..12 {
        world.announce(&key(number)).await;
        world.announce(&key(number)).await;
    }
    world.raise_watermark_to_head().await;
    let sns = FaultySns::start(|entries| {
        if entries.iter().any(|entry| entry.key == key(4)) {
            Reply::Invalid
        } else {
            Reply::Accept
        }
    })
    .await;
    let relay = Relay::start(world.relay(sns.client(), TOPIC));
    until("only the spoilt key's messages are left", async || {
        world.waiting().await == 2
    })
    .await;
    until("it is parked", async || world.parked().await == [key(4)]).await;
    relay.stop().await;
    assert_eq!(sns.versions_of(&key(5)), [1, 2]);
    assert_eq!(sns.versions_of(&key(4)), [] as [u64; 0]);
}

#[tokio::test]
async fn a_message_larger_than_sns_takes_is_parked_without_a_call() {
    let world = World::new().await;
    let large = |_: &_| json!("x".repeat(257 * 1024));
    world
        .announce_with("A0001BC", Expected::Any, large)
        .await
        .unwrap();
    world.announce("A0002BC").await;
    world.raise_watermark_to_head().await;
    let sns = FaultySns::start(|_| Reply::Accept).await;
    let relay = Relay::start(world.relay(sns.client(), TOPIC));
    until("it is parked", async || world.parked().await == ["A0001BC"]).await;
    until("the other is sent", async || world.waiting().await == 1).await;
    relay.stop().await;
    assert_eq!(sns.calls(), [["A0002BC"]]);
}
