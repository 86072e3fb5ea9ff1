//! How far long work is: a bar on a terminal, elsewhere a line every ten seconds.

use std::{
    sync::Mutex,
    time::{Duration, Instant},
};

use indicatif::{ProgressBar, ProgressStyle};

use crate::say::remark;

const EVERY: Duration = Duration::from_secs(10);

/// Work in progress.
pub(crate) struct Progress {
    bar: ProgressBar,
    told: Mutex<Instant>,
}

impl Progress {
    pub(crate) fn begin() -> Self {
        let bar = ProgressBar::new(0);
        if let Ok(style) = ProgressStyle::with_template("{msg} {bar:40} {pos}/{len}, {eta} left") {
            bar.set_style(style);
        }
        Self {
            bar,
            told: Mutex::new(Instant::now()),
        }
    }

    /// So much of so much is done; called often.
    pub(crate) fn at(&self, what: &'static str, done: u64, total: u64) {
        if !self.bar.is_hidden() {
            self.bar.set_message(what);
            self.bar.set_length(total);
            self.bar.set_position(done);
        } else if self.is_due(Instant::now()) {
            remark(format_args!("{what}: {done} of {total}"));
        }
    }

    /// Whoever finds the lock taken leaves the line to who has it.
    fn is_due(&self, now: Instant) -> bool {
        let Ok(mut told) = self.told.try_lock() else {
            return false;
        };
        let is_due = now.saturating_duration_since(*told) >= EVERY;
        if is_due {
            *told = now;
        }
        is_due
    }

    pub(crate) fn end(self) {
        self.bar.finish_and_clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_there_is_no_bar_a_line_is_due_every_ten_seconds() {
        let progress = Progress::begin();
        let begun = *progress.told.lock().unwrap();
        let due = [3, 10, 11, 19, 20, 35, 36].into_iter().filter(|after| {
            let now = begun.checked_add(Duration::from_secs(*after)).unwrap();
            progress.is_due(now)
        });
        assert_eq!(due.collect::<Vec<_>>(), [10, 20, 35]);
    }
}
