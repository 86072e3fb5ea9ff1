//! Facts fetched once for a command, however often it is decided.

use std::{
    any::Any,
    collections::HashMap,
    fmt::Display,
    future::Future,
    sync::{Mutex, PoisonError},
};

use super::{FactUnavailable, Ports};

/// A fact's name and what it is about.
type Key = (&'static str, String);

/// The ports as one command sees them. A command whose append conflicts is decided again with the facts of its first
/// attempt.
pub(crate) struct MemoisedPorts<'a> {
    pub(super) ports: &'a Ports,
    fetched: Mutex<HashMap<Key, Box<dyn Any + Send>>>,
}

impl<'a> MemoisedPorts<'a> {
    pub(crate) fn new(ports: &'a Ports) -> Self {
        Self {
            ports,
            fetched: Mutex::default(),
        }
    }

    /// The fact of this name about a key: fetched unless it was before. What could not be fetched is not kept.
    pub(super) async fn once<T: Clone + Send + 'static>(
        &self,
        fact: &'static str,
        about: impl Display,
        fetch: impl Future<Output = Result<T, FactUnavailable>>,
    ) -> Result<T, FactUnavailable> {
        let key = (fact, about.to_string());
        if let Some(known) = self.known(&key) {
            return Ok(known);
        }
        let value = fetch.await?;
        let mut fetched = self.fetched.lock().unwrap_or_else(PoisonError::into_inner);
        fetched.insert(key, Box::new(value.clone()));
        Ok(value)
    }

    fn known<T: Clone + 'static>(&self, key: &Key) -> Option<T> {
        let fetched = self.fetched.lock().unwrap_or_else(PoisonError::into_inner);
        fetched.get(key)?.downcast_ref().cloned()
    }
}
