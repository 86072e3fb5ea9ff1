//! The SHA-256 chain that ties each event of a stream to the one before it.
//!
//! Two steps, so that the expensive one needs nothing that only the writer knows:
//!
//! ```text
//! content = SHA-256("allocations.event.v1" 0 | stream | event id | type | schema | payload | metadata)
//! link    = SHA-256("allocations.link.v1" 0 | previous link | position | version | recorded at | content)
//! ```
//!
//! Texts are preceded by their length in bytes, numbers are big-endian, the time is in microseconds since 1970, payload
//! and metadata are canonical JSON with personal values sealed. The first event of a stream follows 32 zero bytes.
//! `es.link` in the migrations computes the same.

use chrono::{DateTime, Utc};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::{Position, StreamId};

/// A SHA-256 digest.
pub(crate) type Hash = [u8; 32];

/// What the first event of a stream follows.
pub(crate) const ORIGIN: Hash = [0; 32];

/// What an event says, before it has a place.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Content<'a> {
    /// Whose past it belongs to.
    pub(crate) stream: &'a StreamId,
    /// Its id.
    pub(crate) event_id: Uuid,
    /// Its name.
    pub(crate) event_type: &'a str,
    /// The version of its payload's shape.
    pub(crate) schema_version: i16,
    /// Canonical JSON, sealed.
    pub(crate) payload: &'a str,
    /// Canonical JSON.
    pub(crate) metadata: &'a str,
}

impl Content<'_> {
    /// The digest of all of it.
    #[must_use]
    pub(crate) fn digest(&self) -> Hash {
        let mut hasher = Sha256::new_with_prefix(b"allocations.event.v1\0");
        measured(&mut hasher, self.stream.as_str());
        hasher.update(self.event_id.as_bytes());
        measured(&mut hasher, self.event_type);
        hasher.update(self.schema_version.to_be_bytes());
        measured(&mut hasher, self.payload);
        measured(&mut hasher, self.metadata);
        hasher.finalize().into()
    }
}

/// The next link of a stream's chain.
#[must_use]
pub(crate) fn link(
    previous: &Hash,
    position: Position,
    version: u64,
    recorded_at: DateTime<Utc>,
    content: &Hash,
) -> Hash {
    let mut hasher = Sha256::new_with_prefix(b"allocations.link.v1\0");
    hasher.update(previous);
    hasher.update(position.get().to_be_bytes());
    hasher.update(version.to_be_bytes());
    hasher.update(recorded_at.timestamp_micros().to_be_bytes());
    hasher.update(content);
    hasher.finalize().into()
}

/// A text with its length, so that neighbours cannot be moved into each other unnoticed.
fn measured(hasher: &mut Sha256, text: &str) {
    hasher.update(u64::try_from(text.len()).unwrap_or(u64::MAX).to_be_bytes());
    hasher.update(text);
}
