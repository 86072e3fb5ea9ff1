//! Keys whose messages may not leave now: backing off after a failure, or parked until an operator decides.

use std::collections::{HashMap, HashSet};

use tokio::time::Instant;

use super::message::Key;

/// The held keys, and how often each has failed in a row.
#[derive(Debug, Default)]
pub(crate) struct HeldKeys {
    parked: HashSet<Key>,
    backing_off: HashMap<Key, Instant>,
    failures: HashMap<Key, u32>,
}

impl HeldKeys {
    /// Held keys of which these are parked.
    pub(crate) fn new(parked: HashSet<Key>) -> Self {
        Self {
            parked,
            ..Self::default()
        }
    }

    /// All keys whose messages are not to be loaded.
    pub(crate) fn keys(&self) -> Vec<String> {
        self.parked
            .iter()
            .chain(self.backing_off.keys())
            .map(ToString::to_string)
            .collect()
    }

    /// Counts one more failure in a row of a key.
    pub(crate) fn count_failure(&mut self, key: &Key) -> u32 {
        let failures = self.failures.entry(key.clone()).or_default();
        *failures = failures.saturating_add(1);
        *failures
    }

    /// The key's message has left.
    pub(crate) fn succeeded(&mut self, key: &Key) {
        self.failures.remove(key);
    }

    /// Holds the key until then.
    pub(crate) fn back_off(&mut self, key: Key, until: Option<Instant>) {
        self.backing_off.insert(key, until.unwrap_or_else(Instant::now));
    }

    /// Holds the key until an operator decides.
    pub(crate) fn park(&mut self, key: Key) {
        self.failures.remove(&key);
        self.parked.insert(key);
    }

    /// Whether anything waits for an operator.
    pub(crate) fn has_parked(&self) -> bool {
        !self.parked.is_empty()
    }

    /// When the first key that backs off is due.
    pub(crate) fn next_due(&self) -> Option<Instant> {
        self.backing_off.values().min().copied()
    }

    /// Takes out the keys that are due.
    pub(crate) fn take_due(&mut self, now: Instant) -> Vec<String> {
        self.backing_off
            .extract_if(|_, until| *until <= now)
            .map(|(key, _)| key.to_string())
            .collect()
    }

    /// Takes out the keys that an operator has released.
    pub(crate) fn take_unparked(&mut self, still_parked: &HashSet<Key>) -> Vec<String> {
        self.parked
            .extract_if(|key| !still_parked.contains(key))
            .map(|key| key.to_string())
            .collect()
    }
}
