//! The registry of events: every event of every aggregate, decoded by category, type and schema version in one function.

use crate::{AnyStream, EventEnum, EventType, Streamed, aggregates::for_each_aggregate, upcast};

/// An event as the log stores it.
#[derive(Debug, Clone, Copy)]
pub struct StoredEvent<'a> {
    /// The event's name.
    pub event_type: &'a str,
    /// The version of its payload's shape.
    pub schema_version: i16,
    /// Its payload, JSON text; personal values are opened or withheld.
    pub payload: &'a str,
}

/// Why an event of the log cannot be decoded. Says nothing of its content.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum UndecodableEvent {
    /// The aggregate has no such event.
    #[error(
        "its stream's aggregate has no event of this type; a newer version of the program may have written it"
    )]
    Type,
    /// A later version of the program wrote it.
    #[error("its schema version is {written}, and this version of the program reads 1 to {present}")]
    Version {
        /// The version in which it was written.
        written: i16,
        /// The last version that this program reads.
        present: i16,
    },
    /// The payload is no event of the aggregate.
    #[error("its payload is not of a known shape")]
    Payload,
}

/// Decodes an event of an aggregate, from whatever version it was written in.
///
/// # Errors
/// When the type, the version or the payload is unknown.
pub fn decode<A: Streamed>(stored: StoredEvent<'_>) -> Result<A::Event, UndecodableEvent> {
    let StoredEvent {
        event_type,
        schema_version: written,
        payload,
    } = stored;
    let known = A::Event::TYPES.iter().any(|known| known.name == event_type);
    let present = upcast::present_version(A::CATEGORY, event_type);
    let decoded = match written {
        _ if !known => return Err(UndecodableEvent::Type),
        _ if written == present => serde_json::from_str(payload),
        1.. if written < present => serde_json::from_str(payload).and_then(|mut members| {
            upcast::lift(A::CATEGORY, event_type, written, &mut members);
            serde_json::from_value(members)
        }),
        _ => return Err(UndecodableEvent::Version { written, present }),
    };
    // The parser's own message may quote a value.
    decoded.map_err(|_| UndecodableEvent::Payload)
}

macro_rules! registry {
    ($($module:ident::$aggregate:ident($category:literal, $key:ident, $command:ident, $event:ident, $refusal:ident)),+ $(,)?) => {
        /// An event of any aggregate.
        #[derive(Debug, Clone, PartialEq, Eq)]
        #[expect(missing_docs, reason = "each variant is named after its aggregate")]
        pub enum DomainEvent {
            $($aggregate(crate::$module::$event)),+
        }

        impl DomainEvent {
            /// Decodes an event of this stream.
            ///
            /// # Errors
            /// When the type, the version or the payload is unknown.
            pub fn decode(stream: AnyStream, stored: StoredEvent<'_>) -> Result<Self, UndecodableEvent> {
                match stream {
                    $(AnyStream::$aggregate(_) => {
                        decode::<crate::$module::$aggregate>(stored).map(Self::$aggregate)
                    }),+
                }
            }

            /// The category of the event's streams.
            #[must_use]
            pub const fn category(&self) -> &'static str {
                match self {
                    $(Self::$aggregate(_) => $category),+
                }
            }

            /// The event's name in the log.
            #[must_use]
            pub const fn name(&self) -> &'static str {
                match self {
                    $(Self::$aggregate(event) => event.name()),+
                }
            }
        }

        /// Every type of event that the log can hold, with its category and present schema version.
        pub fn catalogue() -> impl Iterator<Item = CatalogueEntry> {
            [$(entries::<crate::$module::$aggregate>()),+].into_iter().flatten()
        }
    };
}

for_each_aggregate!(registry);

/// A line of the catalogue of events.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CatalogueEntry {
    /// The category of the event's streams.
    pub category: &'static str,
    /// The event's name in the log.
    pub event_type: &'static str,
    /// The schema version in which it is written today; those before it are read.
    pub schema_version: i16,
    /// What has happened when it is recorded.
    pub meaning: &'static str,
}

fn entries<A: Streamed>() -> Vec<CatalogueEntry> {
    let entry = |event: &EventType| CatalogueEntry {
        category: A::CATEGORY,
        event_type: event.name,
        schema_version: upcast::present_version(A::CATEGORY, event.name),
        meaning: event.meaning.trim(),
    };
    A::Event::TYPES.iter().map(entry).collect()
}
