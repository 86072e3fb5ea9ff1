//! The declaration of an aggregate's events.

use serde::de::DeserializeOwned;

/// A type of event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EventType {
    /// Its name in the log.
    pub name: &'static str,
    /// What has happened when it is recorded.
    pub meaning: &'static str,
}

/// The events of one aggregate.
pub trait EventEnum: DeserializeOwned {
    /// Its types of events, in the order in which they are explained.
    const TYPES: &'static [EventType];
}

/// Declares an aggregate's events. The name of a variant is the event's name in the log, and its doc comment is the meaning that
/// the catalogue gives.
macro_rules! events {
    (
        $(#[$outer:meta])*
        pub enum $event:ident {
            $(
                #[doc = $meaning:literal]
                $(#[$inner:meta])*
                $variant:ident $(($($tuple:tt)*))? $({$($fields:tt)*})?
            ),+ $(,)?
        }
    ) => {
        $(#[$outer])*
        #[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
        pub enum $event {
            $(#[doc = $meaning] $(#[$inner])* $variant $(($($tuple)*))? $({$($fields)*})?),+
        }

        impl $event {
            /// The event's name in the log.
            #[must_use]
            pub const fn name(&self) -> &'static str {
                match self {
                    $(Self::$variant { .. } => stringify!($variant)),+
                }
            }
        }

        impl $crate::EventEnum for $event {
            const TYPES: &'static [$crate::EventType] =
                &[$($crate::EventType { name: stringify!($variant), meaning: $meaning }),+];
        }
    };
}
pub(crate) use events;
