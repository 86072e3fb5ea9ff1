//! How fast one caller may ask, so that nobody starves the others.
//!
//! A token bucket that needs one instant a caller: the time at which everything they asked so far would have been due,
//! had they asked evenly. It may lie ahead of now by as much as may come at once.

use std::{
    num::NonZeroU32,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use commands::{Actor, ActorKind};
use moka::sync::Cache;

/// How far ahead of an even pace a caller may be.
const AHEAD: Duration = Duration::from_secs(2);

/// Callers remembered at once; whoever was away for [`AHEAD`] has a full bucket and need not be.
const CALLERS: u64 = 100_000;

/// Everybody's pace.
pub struct Pace {
    interval: Option<Duration>,
    due: Cache<(ActorKind, String), Arc<Mutex<Instant>>>,
}

impl Pace {
    /// So many requests a second for each caller; none: as many as they like.
    #[must_use]
    pub fn new(requests_per_second: Option<NonZeroU32>) -> Self {
        let interval =
            requests_per_second.and_then(|requests| Duration::from_secs(1).checked_div(requests.get()));
        let due = Cache::builder()
            .max_capacity(CALLERS)
            .time_to_idle(AHEAD.saturating_mul(2))
            .build();
        Self { interval, due }
    }

    /// Lets a request of this caller in, or says how long they must wait.
    pub(crate) fn admit(&self, caller: &Actor, now: Instant) -> Result<(), Duration> {
        let Some(interval) = self.interval else {
            return Ok(());
        };
        let due = self
            .due
            .get_with((caller.kind, caller.id.clone()), || Arc::new(Mutex::new(now)));
        let mut due = due.lock().unwrap_or_else(PoisonError::into_inner);
        let next = (*due).max(now).checked_add(interval).unwrap_or(now);
        let ahead = next.saturating_duration_since(now);
        if let Some(wait) = ahead.checked_sub(AHEAD).filter(|wait| !wait.is_zero()) {
            return Err(wait);
        }
        *due = next;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn actor(kind: ActorKind, id: &str) -> Actor {
        Actor {
            kind,
            id: id.to_owned(),
            display_name: None,
            client_id: None,
        }
    }

    #[test]
    fn two_seconds_worth_may_come_at_once_and_then_one_at_a_time() {
        let pace = Pace::new(NonZeroU32::new(10));
        let start = Instant::now();
        let at = |millis| start + Duration::from_millis(millis);
        let ann = actor(ActorKind::User, "ANN");
        for n in 0..20 {
            assert_eq!(pace.admit(&ann, start), Ok(()), "{n}");
        }
        assert_eq!(pace.admit(&ann, start), Err(Duration::from_millis(100)));
        assert_eq!(
            pace.admit(&ann, at(40)),
            Err(Duration::from_millis(60)),
            "asking in vain costs nothing"
        );
        assert_eq!(pace.admit(&ann, at(100)), Ok(()));
        assert!(pace.admit(&ann, at(100)).is_err());
        assert_eq!(
            (0..30).filter(|_| pace.admit(&ann, at(60_000)).is_ok()).count(),
            20
        );
    }

    #[test]
    fn everybody_has_their_own_pace() {
        let pace = Pace::new(NonZeroU32::new(1));
        let now = Instant::now();
        let ann = actor(ActorKind::User, "ANN");
        while pace.admit(&ann, now).is_ok() {}
        assert_eq!(pace.admit(&actor(ActorKind::User, "BOB"), now), Ok(()));
        assert_eq!(pace.admit(&actor(ActorKind::Client, "ANN"), now), Ok(()));
    }

    #[test]
    fn without_a_limit_nobody_waits() {
        let pace = Pace::new(None);
        let (ann, now) = (actor(ActorKind::User, "ANN"), Instant::now());
        assert!((0..10_000).all(|_| pace.admit(&ann, now).is_ok()));
    }
}
