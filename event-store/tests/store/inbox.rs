//! What other services sent is stored once, worked on in each person's order by one at a time, and forgotten in time.

use std::time::Duration;

use chrono::{DateTime, Utc};
use event_store::inbox::{self, Arrival, Claimed, Disposition};
use sqlx::Executor;

use crate::support::Store;

const QUEUE: &str = "inbound";
const LEASE: Duration = Duration::from_mins(5);
const ANN: &str = "A1111AA";
const BOB: &str = "B2222BB";

fn at(time: &str) -> DateTime<Utc> {
    format!("2026-03-02T{time}Z").parse().unwrap()
}

fn kept(message_id: &str, person: &str, time: &str) -> Arrival {
    Arrival {
        message_id: message_id.to_owned(),
        deduplication_id: message_id.to_owned(),
        event_type: Some("a.b".to_owned()),
        disposition: Disposition::Kept {
            person: person.to_owned(),
            occurred_at: Some(at(time)),
        },
        body: message_id.as_bytes().to_vec(),
    }
}

fn parked(message_id: &str, body: &[u8]) -> Arrival {
    Arrival {
        disposition: Disposition::Parked {
            reason: "not understood".to_owned(),
            person: None,
        },
        event_type: None,
        body: body.to_vec(),
        ..kept(message_id, ANN, "09:00:00")
    }
}

impl Store {
    async fn keep(&self, arrivals: &[Arrival]) -> Vec<String> {
        inbox::keep(&self.app, QUEUE, arrivals).await.unwrap()
    }

    async fn claim(&self) -> Vec<Claimed> {
        inbox::claim(&self.app, 10, LEASE).await.unwrap()
    }

    /// Claims the one thing that can be, which must be this message.
    async fn take(&self, message_id: &str) -> Claimed {
        let mut claimed = self.claim().await;
        assert_eq!(claimed.len(), 1, "{claimed:?}");
        let one = claimed.remove(0);
        assert_eq!(one.message.message_id, message_id);
        one
    }

    async fn complete(&self, claimed: &Claimed) {
        let done = inbox::complete(&self.app, &claimed.claim, claimed.message.message, None).await;
        assert!(done.unwrap());
    }

    async fn waiting(&self) -> u64 {
        inbox::status(&self.app).await.unwrap().waiting
    }

    async fn count(&self, what: &str) -> i64 {
        sqlx::query_scalar(&format!("select count(*) from {what}"))
            .fetch_one(&self.owner)
            .await
            .unwrap()
    }
}

#[tokio::test]
async fn a_repetition_is_known_within_its_queue_and_makes_no_work() {
    let store = Store::fresh().await;
    let first = kept("m-1", ANN, "09:00:00");
    assert_eq!(store.keep(&[first.clone(), first.clone()]).await, ["m-1"]);
    store.complete(&store.take("m-1").await).await;
    assert_eq!(store.keep(std::slice::from_ref(&first)).await, [""; 0]);
    assert_eq!((store.waiting().await, store.count("es.work").await), (0, 0));
    let elsewhere = inbox::keep(&store.app, "another", &[first]).await.unwrap();
    assert_eq!(elsewhere, ["m-1"]);
}

#[tokio::test]
async fn one_persons_messages_are_done_one_at_a_time_in_the_order_of_their_time() {
    let store = Store::fresh().await;
    store
        .keep(&[kept("late", ANN, "10:00:00"), kept("early", ANN, "09:00:00")])
        .await;
    let early = store.take("early").await;
    assert_eq!(store.claim().await, [], "nobody else works on the same person");
    // One more arrives while the first is under way.
    store.keep(&[kept("last", ANN, "11:00:00")]).await;
    assert_eq!(store.claim().await, []);
    store.complete(&early).await;
    for next in ["late", "last"] {
        store.complete(&store.take(next).await).await;
    }
    assert_eq!(store.count("es.work").await, 0);
}

#[tokio::test]
async fn whose_claim_has_ended_decides_nothing_any_more() {
    let store = Store::fresh().await;
    store.keep(&[kept("m-1", ANN, "09:00:00")]).await;
    let stalled = store.take("m-1").await;
    store
        .owner
        .execute("update es.work set lease_until = '-infinity'")
        .await
        .unwrap();
    let taken_over = store.take("m-1").await;
    let (claim, message) = (&stalled.claim, stalled.message.message);
    assert!(!inbox::complete(&store.app, claim, message, None).await.unwrap());
    assert!(!inbox::park(&store.app, claim, message, "no").await.unwrap());
    let deferred = inbox::defer(&store.app, claim, LEASE, true, "no").await;
    assert!(!deferred.unwrap());
    store.complete(&taken_over).await;
    assert_eq!(store.waiting().await, 0);
}

#[tokio::test]
async fn what_is_put_off_waits_over_a_restart_and_delays_nobody_else() {
    let store = Store::fresh().await;
    store.keep(&[kept("m-1", ANN, "09:00:00")]).await;
    let first = store.take("m-1").await;
    inbox::defer(&store.app, &first.claim, LEASE, false, "away")
        .await
        .unwrap();
    // A later message of the same person does not hurry it.
    store
        .keep(&[kept("m-2", ANN, "10:00:00"), kept("m-3", BOB, "09:00:00")])
        .await;
    let replica = store.replica().await;
    let claimed = inbox::claim(replica.pool(), 10, LEASE).await.unwrap();
    assert_eq!(claimed.len(), 1);
    assert_eq!(claimed[0].message.message_id, "m-3");
    store
        .owner
        .execute("update es.work set due_at = '-infinity'")
        .await
        .unwrap();
    let again = store.take("m-1").await.claim;
    assert_eq!(
        (again.attempts, again.failures),
        (0, 1),
        "no attempt is spent on what is away"
    );
    inbox::defer(&store.app, &again, Duration::ZERO, true, "fault")
        .await
        .unwrap();
    let again = store.take("m-1").await.claim;
    assert_eq!((again.attempts, again.failures), (1, 2));
}

#[tokio::test]
async fn a_parked_message_holds_its_persons_later_ones_until_somebody_decides() {
    for retried in [true, false] {
        let store = Store::fresh().await;
        store
            .keep(&[
                kept("m-1", ANN, "09:00:00"),
                kept("m-2", ANN, "10:00:00"),
                kept("m-3", BOB, "09:00:00"),
            ])
            .await;
        for claimed in store.claim().await {
            if claimed.claim.person == ANN {
                let (claim, message) = (&claimed.claim, claimed.message.message);
                assert!(inbox::park(&store.app, claim, message, "refused").await.unwrap());
            } else {
                store.complete(&claimed).await;
            }
        }
        assert_eq!(store.claim().await, []);
        let status = inbox::status(&store.app).await.unwrap();
        assert_eq!((status.waiting, status.parked, status.held), (1, 1, 1));
        let [one] = inbox::parked(&store.app).await.unwrap().try_into().unwrap();
        assert_eq!(
            (one.reason.as_str(), one.person.as_deref()),
            ("refused", Some(ANN))
        );
        if retried {
            let disposition = kept("m-1", ANN, "09:00:00").disposition;
            inbox::retry(&store.app, one.message, &disposition, "eve")
                .await
                .unwrap();
            store.complete(&store.take("m-1").await).await;
        } else {
            inbox::discard(&store.app, one.message, "known", "eve")
                .await
                .unwrap();
        }
        store.complete(&store.take("m-2").await).await;
        assert_eq!(store.count("es.work").await, 0);
        assert!(
            inbox::discard(&store.app, one.message, "twice", "eve")
                .await
                .is_err()
        );
    }
}

#[tokio::test]
async fn any_bytes_can_be_stored_and_what_nobody_acts_on_is_not() {
    let store = Store::fresh().await;
    let bytes = b"\0\xff<\\u0000".as_slice();
    let ignored = Arrival {
        disposition: Disposition::Ignored { reason: "unknown" },
        ..kept("m-2", ANN, "09:00:00")
    };
    store.keep(&[parked("m-1", bytes), ignored]).await;
    let [one] = inbox::parked(&store.app).await.unwrap().try_into().unwrap();
    assert_eq!(
        inbox::parked_body(&store.app, one.message).await.unwrap().body,
        bytes
    );
    assert_eq!(store.count("es.inbox_message where body is not null").await, 1);
}

#[tokio::test]
async fn an_erasure_takes_a_persons_messages_with_it() {
    let store = Store::fresh().await;
    store
        .keep(&[
            kept("done", ANN, "08:00:00"),
            kept("waiting", ANN, "09:00:00"),
            kept("other", BOB, "09:00:00"),
            parked("unreadable", b"<released>A1111AA</released>"),
            parked("of-others", b"<released>B2222BB</released>"),
        ])
        .await;
    for claimed in store.claim().await {
        store.complete(&claimed).await;
    }
    store.log.keyring().erase(ANN, "asked for").await.unwrap();
    let left = store
        .count("es.inbox_message where message_id in ('done', 'unreadable')")
        .await;
    assert_eq!(left, 0);
    assert_eq!(store.count("es.inbox_message").await, 3);
    // What still waits says that somebody left: it is done first.
    store.complete(&store.take("waiting").await).await;
    inbox::forget(&store.app).await.unwrap();
    assert_eq!(
        store
            .count(&format!("es.inbox_message where person = '{ANN}'"))
            .await,
        0
    );
    assert_eq!(store.count("es.inbox_message").await, 2);
}

#[tokio::test]
async fn what_is_done_loses_its_body_after_30_days_and_goes_after_35() {
    let store = Store::fresh().await;
    store.keep(&[kept("m-1", ANN, "09:00:00")]).await;
    store.complete(&store.take("m-1").await).await;
    store
        .keep(&[parked("m-2", b"?"), kept("m-3", ANN, "09:00:00")])
        .await;
    let age = |days: u32| {
        format!(
            "update es.inbox_message set received_at = received_at - interval '{days} days',
             settled_at = settled_at - interval '{days} days'"
        )
    };
    for (days, with_body, all) in [(29, 3, 3), (2, 2, 3), (5, 2, 2)] {
        store.owner.execute(age(days).as_str()).await.unwrap();
        inbox::forget(&store.app).await.unwrap();
        assert_eq!(
            store.count("es.inbox_message where body is not null").await,
            with_body
        );
        assert_eq!(store.count("es.inbox_message").await, all);
    }
}
