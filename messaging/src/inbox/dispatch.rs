//! From the database to the bus: each stored message takes effect once, a person's in order, and one person's trouble
//! delays nobody else.

use std::{
    hash::{DefaultHasher, Hash, Hasher},
    sync::Arc,
    time::Duration,
};

use event_store::inbox::{self, Claimed};
use tokio::{
    sync::Notify,
    task::JoinSet,
    time::{sleep, timeout},
};
use tokio_util::sync::CancellationToken;

use super::{
    InboundType, InboxError, InboxOptions,
    messages::{self, Handled},
    reading,
};
use crate::Backoff;

/// How long to wait when the database cannot be asked.
const BACKOFF: Backoff = Backoff {
    first: Duration::from_millis(500),
    longest: Duration::from_secs(30),
};

/// Works until stopped; what is under way then is finished.
pub(super) async fn dispatch(options: Arc<InboxOptions>, stored: Arc<Notify>, stop: CancellationToken) {
    let mut under_way = JoinSet::new();
    let mut failures = 0_u32;
    while !stop.is_cancelled() {
        while under_way.try_join_next().is_some() {}
        let room = options.concurrency.saturating_sub(under_way.len());
        let mut rest = options.poll;
        if room > 0 {
            if let Ok(claimed) = inbox::claim(&options.pool, room, options.lease()).await {
                failures = 0;
                for one in claimed {
                    let options = Arc::clone(&options);
                    under_way.spawn(async move { process(&options, &one).await });
                }
            } else {
                failures = failures.saturating_add(1);
                tracing::warn!(failures, "the inbox cannot be read now; trying again");
                rest = BACKOFF.after(failures);
            }
        }
        tokio::select! {
            () = stop.cancelled() => {}
            () = stored.notified() => {}
            Some(_) = under_way.join_next() => {}
            () = sleep(rest) => {}
        }
    }
    while under_way.join_next().await.is_some() {}
}

async fn process(options: &InboxOptions, claimed: &Claimed) {
    let label = InboundType::label(claimed.message.event_type.as_deref());
    let outcome = handle(options, claimed).await;
    let result = match &outcome {
        Ok(handled) => handled.name(),
        Err(error) if parks(options, claimed, error) => "parked",
        Err(_) => "deferred",
    };
    match record_outcome(options, claimed, outcome).await {
        Ok(true) => {
            metrics::counter!("inbox_messages_total", "type" => label, "result" => result).increment(1);
        }
        Ok(false) => tracing::warn!(
            message_id = claimed.message.message_id,
            "a message took longer than its claim and is processed by another worker"
        ),
        Err(_) => tracing::warn!(
            message_id = claimed.message.message_id,
            "the outcome of a message could not be stored; it is processed again, to the same effect"
        ),
    }
}

async fn handle(options: &InboxOptions, claimed: &Claimed) -> Result<Handled, InboxError> {
    let delivery = reading::reread(&claimed.message);
    let Some(kind) = delivery.event_type.as_deref().and_then(InboundType::of) else {
        return Ok(Handled::Ignored(
            "nobody listens to messages of this type any more",
        ));
    };
    timeout(options.timeout, messages::handle(&options.bus, kind, &delivery))
        .await
        .unwrap_or(Err(InboxError::TimedOut))
}

/// Whether the message waits for an operator from now on.
fn parks(options: &InboxOptions, claimed: &Claimed, error: &InboxError) -> bool {
    match error {
        InboxError::Permanent(_) | InboxError::Malformed(_) => true,
        InboxError::Fault(_) => claimed.claim.attempts.saturating_add(1) >= options.attempts,
        InboxError::Unavailable(_) | InboxError::TimedOut => false,
    }
}

/// Stores what became of a message; false when the claim had ended.
async fn record_outcome(
    options: &InboxOptions,
    claimed: &Claimed,
    outcome: Result<Handled, InboxError>,
) -> Result<bool, sqlx::Error> {
    let (pool, claim, message) = (&options.pool, &claimed.claim, &claimed.message);
    let error = match outcome {
        Ok(handled) => return inbox::complete(pool, claim, message.message, handled.ignored()).await,
        Err(error) => error,
    };
    let (message_id, why) = (&message.message_id, error.to_string());
    if parks(options, claimed, &error) {
        tracing::error!(message_id, why, "a message cannot be processed and is parked");
        return inbox::park(pool, claim, message.message, &why).await;
    }
    let own_fault = matches!(error, InboxError::Fault(_));
    let backoff = if own_fault {
        options.fault_backoff
    } else {
        options.unavailable_backoff
    };
    let failures = claim.failures.saturating_add(1);
    let wait = spread(backoff.after(failures), &(&claim.person, failures));
    tracing::warn!(
        message_id,
        why,
        ?wait,
        "a message cannot be processed now and is retried"
    );
    inbox::defer(pool, claim, wait, own_fault, &why).await
}

/// Between once and one and a half times as long, so that what failed together does not come back together.
fn spread(wait: Duration, seed: &impl Hash) -> Duration {
    let mut hasher = DefaultHasher::new();
    seed.hash(&mut hasher);
    // Nine bits: less than half of the 1024 that make one wait.
    let part = u32::try_from(hasher.finish() & 0x1ff).unwrap_or_default();
    let more = wait.saturating_mul(part).checked_div(1024);
    wait.saturating_add(more.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_are_spread_over_half_their_length() {
        let wait = Duration::from_secs(8);
        let spread: Vec<Duration> = (0..64).map(|seed| spread(wait, &seed)).collect();
        assert!(
            spread.iter().all(|one| (wait..wait * 3 / 2).contains(one)),
            "{spread:?}"
        );
        assert!(spread.iter().any(|one| *one != spread[0]), "{spread:?}");
        assert_eq!(super::spread(wait, &7), super::spread(wait, &7));
    }
}
