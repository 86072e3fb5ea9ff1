//! When other replicas are told of new events: at once while little happens, and a hundred times a second while much does.
//!
//! A notification wakes a process of the database and one of each replica. With every commit of a busy log that cost as much as
//! several commands do, and told nobody anything sooner than they could use it.

use std::time::{Duration, Instant};

use crate::statement::Heard;

/// The longest that a commit goes untold while others follow.
const INTERVAL: Duration = Duration::from_millis(10);

/// What others have been told.
#[derive(Debug, Default)]
pub(super) struct News {
    told: Option<Instant>,
    untold: bool,
}

impl News {
    /// Whether a commit that is sent now tells of itself.
    pub(super) fn due(&self, now: Instant) -> Heard {
        match self.told {
            Some(told) if now.saturating_duration_since(told) < INTERVAL => Heard::Later,
            _ => Heard::AtOnce,
        }
    }

    /// It was committed.
    pub(super) fn committed(&mut self, heard: Heard, now: Instant) {
        self.untold = heard == Heard::Later;
        if heard == Heard::AtOnce {
            self.told = Some(now);
        }
    }

    /// Whether others still have to be told of the last commit; they are, whoever asks.
    pub(super) fn take_untold(&mut self) -> bool {
        std::mem::take(&mut self.untold)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_commit_now_and_then_is_told_at_once() {
        let (mut news, start) = (News::default(), Instant::now());
        for now in [start, start + INTERVAL, start + INTERVAL * 5] {
            assert_eq!(news.due(now), Heard::AtOnce);
            news.committed(Heard::AtOnce, now);
        }
        assert!(!news.take_untold());
    }

    #[test]
    fn commits_that_follow_each_other_are_told_together_and_the_last_is_not_forgotten() {
        let (mut news, start) = (News::default(), Instant::now());
        news.committed(Heard::AtOnce, start);
        let soon = start + INTERVAL / 2;
        assert_eq!(news.due(soon), Heard::Later);
        news.committed(Heard::Later, soon);
        assert!(news.take_untold());
        assert!(!news.take_untold(), "once is enough");
        assert_eq!(news.due(start + INTERVAL), Heard::AtOnce);
    }
}
