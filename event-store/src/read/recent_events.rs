//! The newest events that this process has recorded, sealed as in the log, so that projections need not read them back.
//!
//! They were committed when they came here. A log that was restored to an earlier time, or a standby that did not get them
//! all, may have lost them since. So a reader confirms in its own transaction that the log holds them.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, PoisonError},
};

use crate::{
    Position, RecordedEvent,
    append::plan::{EventRow, Head},
};

/// How many events are kept, about 1 KB each: some groups of a busy log.
const CACHE_CAPACITY: usize = 1024;

/// The recent events. Clones share them.
#[derive(Debug, Clone, Default)]
pub(crate) struct RecentEvents(Arc<Mutex<VecDeque<EventRow>>>);

impl RecentEvents {
    /// Adds what was just committed, after the log's end `before`. The events kept have no gaps and lie on one time line: when
    /// another process has written in between, or the log has lost its end, they are dropped.
    pub(crate) fn keep(&self, before: Head, committed: Vec<EventRow>) {
        let mut cached = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if cached.back().is_some_and(|last| last.end() != before) {
            cached.clear();
        }
        cached.extend(committed);
        let over = cached.len().saturating_sub(CACHE_CAPACITY);
        cached.drain(..over);
    }

    /// The events after a position, still sealed; none when the first of them is not kept.
    pub(crate) fn after(&self, position: Position, limit: u32) -> Option<Vec<RecordedEvent>> {
        let cached = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let before = cached.front()?.position.get().checked_sub(1)?;
        let passed = usize::try_from(position.get().checked_sub(before)?).ok()?;
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let events: Vec<_> = cached
            .iter()
            .skip(passed)
            .take(limit)
            .map(RecordedEvent::from)
            .collect();
        Some(events).filter(|events| !events.is_empty())
    }

    /// Drops all events, so that readers ask the database until the next commit.
    pub(crate) fn forget(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, Utc};
    use uuid::Uuid;

    use super::*;
    use crate::{StreamId, append::prepare::PreparedEvent};

    fn at(second: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(second, 0).unwrap()
    }

    /// Recorded in the second of the same number, if nothing else is said.
    fn row(position: i64) -> EventRow {
        EventRow {
            position: Position::new(position),
            stream: StreamId::new("case", "A1234BC"),
            version: 1,
            event: Arc::new(PreparedEvent {
                event_id: Uuid::from_u128(1),
                event_type: "Noted".to_owned(),
                schema_version: 1,
                payload: "{}".to_owned(),
                content: [0; 32],
            }),
            metadata: "{}".into(),
            recorded_at: at(position),
            hash: [0; 32],
        }
    }

    fn end(position: i64) -> Head {
        row(position).end()
    }

    fn after(recent: &RecentEvents, position: i64, limit: u32) -> Option<Vec<i64>> {
        let events = recent.after(Position::new(position), limit)?;
        Some(events.iter().map(|event| event.position.get()).collect())
    }

    #[test]
    fn the_events_after_a_position_are_kept_if_none_is_missing_before_them() {
        let recent = RecentEvents::default();
        recent.keep(end(4), vec![row(5), row(6)]);
        recent.keep(end(6), vec![row(7)]);
        assert_eq!(after(&recent, 3, 10), None, "4 is not here");
        assert_eq!(after(&recent, 4, 10), Some(vec![5, 6, 7]));
        assert_eq!(after(&recent, 5, 1), Some(vec![6]));
        assert_eq!(after(&recent, 7, 10), None, "the database may know of more");
    }

    #[test]
    fn events_of_another_process_in_between_drop_what_was_kept() {
        let recent = RecentEvents::default();
        recent.keep(end(0), vec![row(1), row(2)]);
        recent.keep(end(3), vec![row(4)]);
        assert_eq!(after(&recent, 0, 10), None);
        assert_eq!(after(&recent, 3, 10), Some(vec![4]));
    }

    #[test]
    fn a_time_line_that_was_lost_is_replaced() {
        let recent = RecentEvents::default();
        recent.keep(end(0), vec![row(1), row(2), row(3)]);
        recent.keep(end(1), vec![row(2)]);
        assert_eq!(after(&recent, 1, 10), Some(vec![2]));
    }

    #[test]
    fn what_follows_another_time_line_is_not_joined_to_the_lost_one() {
        let recent = RecentEvents::default();
        recent.keep(end(0), vec![row(1), row(2), row(3)]);
        // Another process has recorded a different third event.
        let end = Head {
            position: Position::new(3),
            recorded_at: at(9),
        };
        recent.keep(end, vec![row(4)]);
        assert_eq!(after(&recent, 1, 10), None);
        assert_eq!(after(&recent, 3, 10), Some(vec![4]));
    }

    #[test]
    fn the_oldest_go_first() {
        let recent = RecentEvents::default();
        let last = i64::try_from(CACHE_CAPACITY).unwrap() + 3;
        recent.keep(end(0), (1..=last).map(row).collect());
        assert_eq!(after(&recent, 2, 10), None);
        assert_eq!(after(&recent, 3, 1), Some(vec![4]));
    }
}
