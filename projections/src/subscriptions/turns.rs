//! Turns of subscribers at reading the log: few read at a time, and those far behind at a measured pace. So other
//! requests stay fast however many subscribers begin at the start of a long log.

use std::time::Duration;

use tokio::{
    sync::{Mutex, Semaphore, SemaphorePermit},
    time::{Instant, sleep_until},
};

/// Subscribers that read at once, each over a connection to the database.
const AT_ONCE: usize = 4;

/// The pause between two pages for subscribers that are far behind.
const PAUSE: Duration = Duration::from_millis(5);

/// The order in which subscribers read.
#[derive(Debug)]
pub(crate) struct Turns {
    reading: Semaphore,
    /// The time at which a subscriber that is far behind may read again; they wait for it one after the other.
    next: Mutex<Option<Instant>>,
}

impl Turns {
    pub(crate) fn new() -> Self {
        Self {
            reading: Semaphore::new(AT_ONCE),
            next: Mutex::new(None),
        }
    }

    /// Waits for the turn to read one page. The turn lasts until the permit is dropped.
    pub(crate) async fn take(&self, is_far_behind: bool) -> Option<SemaphorePermit<'_>> {
        if is_far_behind {
            self.pause().await;
        }
        // The semaphore is never closed.
        self.reading.acquire().await.ok()
    }

    async fn pause(&self) {
        let mut next = self.next.lock().await;
        if let Some(next) = *next {
            sleep_until(next).await;
        }
        *next = Instant::now().checked_add(PAUSE);
    }
}

#[cfg(test)]
mod tests {
    use futures::FutureExt;

    use super::*;

    #[tokio::test]
    async fn few_read_at_once_and_the_next_when_one_is_done() {
        let turns = Turns::new();
        let mut reading = Vec::new();
        for _ in 0..AT_ONCE {
            reading.push(turns.take(false).await);
        }
        assert!(turns.take(false).now_or_never().is_none());
        reading.pop();
        assert!(turns.take(false).now_or_never().is_some());
    }

    #[tokio::test]
    async fn those_who_are_far_behind_pause_and_hold_up_nobody_else() {
        let turns = Turns::new();
        drop(turns.take(true).await);
        let begun = Instant::now();
        let mut behind = Box::pin(turns.take(true));
        assert!(behind.as_mut().now_or_never().is_none());
        assert!(turns.take(false).now_or_never().is_some());
        behind.await;
        assert!(begun.elapsed() >= PAUSE.div_f32(2.0));
    }
}
