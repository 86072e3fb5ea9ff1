//! When other replicas are notified of new events: with each commit while there are few, a hundred times a second while there
//! are many.
//!
//! A notification wakes a process of the database and one of each replica. One for every commit of a busy log costs as much as
//! several commands, and reaches nobody sooner than they can use it.

use std::time::{Duration, Instant};

use crate::append::statement::Notify;

/// The longest that a commit goes without notification while others follow.
const INTERVAL: Duration = Duration::from_millis(10);

/// When others were last notified, and whether they still have to be.
#[derive(Debug, Default)]
pub(super) struct NotifyThrottle {
    notified_at: Option<Instant>,
    pending: bool,
}

impl NotifyThrottle {
    /// Whether a commit that is sent now notifies.
    pub(super) fn due(&self, now: Instant) -> Notify {
        match self.notified_at {
            Some(notified_at) if now.saturating_duration_since(notified_at) < INTERVAL => Notify::Later,
            _ => Notify::Now,
        }
    }

    /// Notes a commit.
    pub(super) fn committed(&mut self, notify: Notify, now: Instant) {
        self.pending = notify == Notify::Later;
        if notify == Notify::Now {
            self.notified_at = Some(now);
        }
    }

    /// Whether others still have to be notified of the last commit. The caller then notifies them.
    pub(super) fn take_pending(&mut self) -> bool {
        std::mem::take(&mut self.pending)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_occasional_commit_notifies_at_once() {
        let (mut throttle, start) = (NotifyThrottle::default(), Instant::now());
        for now in [start, start + INTERVAL, start + INTERVAL * 5] {
            assert_eq!(throttle.due(now), Notify::Now);
            throttle.committed(Notify::Now, now);
        }
        assert!(!throttle.take_pending());
    }

    #[test]
    fn commits_in_a_row_share_a_notification_and_the_last_is_not_forgotten() {
        let (mut throttle, start) = (NotifyThrottle::default(), Instant::now());
        throttle.committed(Notify::Now, start);
        let soon = start + INTERVAL / 2;
        assert_eq!(throttle.due(soon), Notify::Later);
        throttle.committed(Notify::Later, soon);
        assert!(throttle.take_pending());
        assert!(!throttle.take_pending(), "once is enough");
        assert_eq!(throttle.due(start + INTERVAL), Notify::Now);
    }
}
