//! Recent streams, kept in memory. Every append states the versions it rests on, and no refusal rests on the cache alone, so
//! an outdated entry costs a second attempt and nothing else.

use std::{any::Any, sync::Arc};

use event_store::StreamId;
use quick_cache::sync::Cache;

/// An aggregate as of a version of its stream.
#[derive(Debug, Clone, Default)]
pub(crate) struct Loaded<A> {
    pub(crate) state: A,
    pub(crate) version: u64,
}

/// A [`Loaded`] aggregate of some type.
pub(crate) type CachedState = Arc<dyn Any + Send + Sync>;

#[derive(Clone)]
pub(crate) struct StreamCache {
    streams: Arc<Cache<StreamId, CachedState>>,
}

impl StreamCache {
    pub(crate) fn new(capacity: usize) -> Self {
        Self {
            streams: Arc::new(Cache::new(capacity)),
        }
    }

    pub(crate) fn get(&self, stream: &StreamId) -> Option<CachedState> {
        self.streams.get(stream)
    }

    pub(crate) fn put(&self, stream: StreamId, loaded: CachedState) {
        self.streams.insert(stream, loaded);
    }

    pub(crate) fn forget<'a>(&self, streams: impl IntoIterator<Item = &'a StreamId>) {
        for stream in streams {
            self.streams.remove(stream);
        }
    }
}
