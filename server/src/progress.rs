//! The progress of long work: a bar on a terminal, elsewhere a line every ten seconds. The remaining time is shown once it can
//! be estimated.

use std::{
    fmt,
    sync::{Mutex, OnceLock},
    time::{Duration, Instant},
};

use indicatif::{HumanDuration, ProgressBar, ProgressStyle};

use crate::output::to_stderr;

const EVERY: Duration = Duration::from_secs(10);

/// The rate over a shorter time is no basis for an estimate.
const ESTIMABLE_AFTER: Duration = Duration::from_secs(10);

/// Nor is the rate over less than this part of the work: one in so many.
const ESTIMABLE_PART: u64 = 100;

/// Reports the progress of one piece of work.
pub(crate) struct ProgressReporter {
    bar: ProgressBar,
    last_line: Mutex<Instant>,
    /// The time of the first report, and how much was done by then.
    first: OnceLock<(Instant, u64)>,
}

impl ProgressReporter {
    pub(crate) fn begin() -> Self {
        let bar = ProgressBar::new(0);
        if let Ok(style) = ProgressStyle::with_template("{prefix} {bar:40} {pos}/{len}, {msg}") {
            bar.set_style(style);
        }
        Self {
            bar,
            last_line: Mutex::new(Instant::now()),
            first: OnceLock::new(),
        }
    }

    /// Reports that `done` of `total` is done; may be called often.
    pub(crate) fn at(&self, what: &'static str, done: u64, total: u64) {
        let now = Instant::now();
        let (began, before) = *self.first.get_or_init(|| (now, done));
        let left = || {
            let elapsed = now.saturating_duration_since(began);
            Left::of(elapsed, done.saturating_sub(before), total.saturating_sub(before))
        };
        if !self.bar.is_hidden() {
            self.bar.set_prefix(what);
            self.bar.set_message(left().to_string());
            self.bar.set_length(total);
            self.bar.set_position(done);
        } else if self.is_due(now) {
            to_stderr(format_args!("{what}: {done} of {total}, {}", left()));
        }
    }

    /// Whether a line is due. A thread that finds the lock taken leaves the line to its holder.
    fn is_due(&self, now: Instant) -> bool {
        let Ok(mut last_line) = self.last_line.try_lock() else {
            return false;
        };
        let is_due = now.saturating_duration_since(*last_line) >= EVERY;
        if is_due {
            *last_line = now;
        }
        is_due
    }

    pub(crate) fn end(self) {
        self.bar.finish_and_clear();
    }
}

/// The remaining time at the rate so far; none while it cannot be estimated.
struct Left(Option<Duration>);

impl Left {
    fn of(elapsed: Duration, done: u64, total: u64) -> Self {
        let estimable = elapsed >= ESTIMABLE_AFTER && done > 0 && done >= total.div_euclid(ESTIMABLE_PART);
        let left = estimable.then(|| {
            let left = u128::from(total.saturating_sub(done));
            let seconds = u128::from(elapsed.as_secs())
                .saturating_mul(left)
                .checked_div(u128::from(done))?;
            u64::try_from(seconds).ok().map(Duration::from_secs)
        });
        Self(left.flatten())
    }
}

impl fmt::Display for Left {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(left) => write!(f, "{} left", HumanDuration(left)),
            None => f.write_str("estimating the time left"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_there_is_no_bar_a_line_is_due_every_ten_seconds() {
        let progress = ProgressReporter::begin();
        let begun = *progress.last_line.lock().unwrap();
        let due = [3, 10, 11, 19, 20, 35, 36].into_iter().filter(|after| {
            let now = begun.checked_add(Duration::from_secs(*after)).unwrap();
            progress.is_due(now)
        });
        assert_eq!(due.collect::<Vec<_>>(), [10, 20, 35]);
    }

    #[test]
    fn the_time_left_is_said_only_once_it_can_be_estimated() {
        let left = |seconds, done| Left::of(Duration::from_secs(seconds), done, 90_000).to_string();
        let estimating = "estimating the time left";
        assert_eq!(left(0, 0), estimating);
        assert_eq!(left(1, 1_000), estimating, "after a second");
        assert_eq!(left(60, 899), estimating, "of a small part");
        assert_eq!(left(10, 1_000), "15 minutes left");
        assert_eq!(left(60, 45_000), "60 seconds left");
        assert_eq!(left(60, 90_000), "0 seconds left");
    }
}
