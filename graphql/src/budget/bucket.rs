//! A token bucket that keeps one instant: the time at which it is full again.

use std::{
    num::NonZeroU32,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

/// How many seconds' worth a full bucket holds.
const SECONDS: u32 = 2;

/// A bucket that fills at an even pace.
#[derive(Debug)]
pub(super) struct Bucket {
    per_second: NonZeroU32,
    /// The time at which the bucket is full again.
    due: Mutex<Instant>,
}

/// The level of a bucket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Level {
    /// The capacity.
    pub limit: u64,
    /// The rest.
    pub remaining: u64,
    /// The amount restored in a second.
    pub restored_per_second: u32,
    /// The time until it is full.
    pub full_after: Duration,
}

impl Level {
    /// The time in which an empty bucket fills, in seconds.
    pub const WINDOW: u32 = SECONDS;

    /// The time until it is full, in whole seconds.
    #[must_use]
    pub const fn seconds_to_full(self) -> u64 {
        let whole = self.full_after.as_secs();
        if self.full_after.subsec_nanos() == 0 {
            whole
        } else {
            whole.saturating_add(1)
        }
    }
}

impl Bucket {
    pub(super) fn full(per_second: NonZeroU32, now: Instant) -> Self {
        Self {
            per_second,
            due: Mutex::new(now),
        }
    }

    /// Takes an amount, or says how long to wait for it. What `spared` restores stays in the bucket. An amount above the capacity
    /// counts as the capacity.
    pub(super) fn take(&self, amount: u64, spared: Duration, now: Instant) -> Result<(), Duration> {
        let size = Duration::from_secs(SECONDS.into()).saturating_sub(spared);
        let cost = self.time_for(amount).min(size);
        let mut due = self.due.lock().unwrap_or_else(PoisonError::into_inner);
        let next = (*due).max(now).checked_add(cost).unwrap_or(now);
        let missing = next.saturating_duration_since(now);
        if let Some(wait) = missing.checked_sub(size).filter(|wait| !wait.is_zero()) {
            return Err(wait);
        }
        *due = next;
        Ok(())
    }

    pub(super) fn level(&self, now: Instant) -> Level {
        let due = *self.due.lock().unwrap_or_else(PoisonError::into_inner);
        let full_after = due.saturating_duration_since(now);
        let per_second = u64::from(self.per_second.get());
        let limit = per_second.saturating_mul(SECONDS.into());
        let nanos = u64::try_from(full_after.as_nanos()).unwrap_or(u64::MAX);
        let missing = nanos.saturating_mul(per_second).div_ceil(NANOS);
        Level {
            limit,
            remaining: limit.saturating_sub(missing),
            restored_per_second: self.per_second.get(),
            full_after,
        }
    }

    /// The time in which an amount is restored.
    fn time_for(&self, amount: u64) -> Duration {
        let nanos = amount
            .saturating_mul(NANOS)
            .div_euclid(self.per_second.get().into());
        Duration::from_nanos(nanos)
    }
}

const NANOS: u64 = 1_000_000_000;
