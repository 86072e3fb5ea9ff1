//! The ids of streams in the log.

use domain::AnyStream;
use event_store::StreamId;

/// The id of a stream.
#[must_use]
pub fn stream_id(stream: impl Into<AnyStream>) -> StreamId {
    let stream = stream.into();
    StreamId::new(stream.category(), stream.key())
}
