//! How long to wait before trying again.

use std::time::Duration;

/// Waiting times that double with every failure in a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Backoff {
    /// After the first failure.
    pub first: Duration,
    /// However many failures there were.
    pub longest: Duration,
}

impl Backoff {
    /// How long to wait after this many failures in a row.
    #[must_use]
    pub fn after(&self, failures: u32) -> Duration {
        let doubled = 2_u32.saturating_pow(failures.saturating_sub(1));
        self.first.saturating_mul(doubled).min(self.longest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waiting_doubles_up_to_the_longest() {
        let backoff = Backoff {
            first: Duration::from_secs(1),
            longest: Duration::from_mins(5),
        };
        let waits: Vec<u64> = [1, 2, 3, 4, 9, 10, u32::MAX]
            .map(|n| backoff.after(n).as_secs())
            .into();
        assert_eq!(waits, [1, 2, 4, 8, 256, 300, 300]);
    }
}
