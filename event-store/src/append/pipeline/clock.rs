//! The database's clock, kept by ours between two answers of the database.

use std::time::Instant;

use chrono::{DateTime, TimeDelta, Utc};

/// An old difference between the clocks expires after this many readings.
const READINGS: u8 = 64;

/// The difference between the database's clock and ours. A reading is taken somewhere between asking and hearing; taken
/// as if on asking, it is late by what the way there took, so the smallest of many is the closest.
#[derive(Debug)]
pub(super) struct ServerClock {
    started: Instant,
    smallest: TimeDelta,
    smallest_before: TimeDelta,
    readings: u8,
}

impl ServerClock {
    /// A clock with one reading, which was asked for at this moment.
    pub(super) fn new(shown: DateTime<Utc>, asked: Instant) -> Self {
        let difference = shown.signed_duration_since(DateTime::UNIX_EPOCH);
        Self {
            started: asked,
            smallest: difference,
            smallest_before: difference,
            readings: 1,
        }
    }

    /// Adds a reading.
    pub(super) fn read(&mut self, shown: DateTime<Utc>, asked: Instant) {
        let difference = shown
            .signed_duration_since(DateTime::UNIX_EPOCH)
            .checked_sub(&elapsed(self.started, asked))
            .unwrap_or(self.smallest);
        if self.readings < READINGS {
            self.smallest = self.smallest.min(difference);
            self.readings = self.readings.saturating_add(1);
        } else {
            self.smallest_before = self.smallest;
            self.smallest = difference;
            self.readings = 1;
        }
    }

    /// What the database's clock shows at this moment, to the microsecond that Postgres keeps.
    pub(super) fn at(&self, moment: Instant) -> DateTime<Utc> {
        let since_epoch = self
            .smallest
            .min(self.smallest_before)
            .checked_add(&elapsed(self.started, moment))
            .and_then(|since| since.num_microseconds())
            .unwrap_or_default();
        DateTime::from_timestamp_micros(since_epoch).unwrap_or_default()
    }
}

fn elapsed(from: Instant, to: Instant) -> TimeDelta {
    TimeDelta::from_std(to.saturating_duration_since(from)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn shown(millis: i64) -> DateTime<Utc> {
        DateTime::from_timestamp_millis(millis).unwrap()
    }

    #[test]
    fn a_slow_answer_does_not_put_the_clock_forward() {
        let start = Instant::now();
        let after = |millis| start + Duration::from_millis(millis);
        let mut clock = ServerClock::new(shown(0), start);
        clock.read(shown(50), after(10));
        assert_eq!(clock.at(after(20)), shown(20));
    }

    #[test]
    fn a_quicker_answer_is_closer_to_the_truth() {
        let start = Instant::now();
        let after = |millis| start + Duration::from_millis(millis);
        let mut clock = ServerClock::new(shown(7), start);
        clock.read(shown(11), after(10));
        assert_eq!(clock.at(after(20)), shown(21));
    }

    #[test]
    fn a_clock_that_was_put_forward_is_followed_after_a_while() {
        let start = Instant::now();
        let mut clock = ServerClock::new(shown(0), start);
        for _ in 0..2 * u16::from(READINGS) {
            clock.read(shown(3_600_000), start);
        }
        assert_eq!(clock.at(start), shown(3_600_000));
    }
}
