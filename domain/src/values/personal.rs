//! Personal data inside events: known to the rules, sealed in the log, gone once a person's key is destroyed.

use serde::{Deserialize, Deserializer, Serialize, Serializer, ser::SerializeMap};

/// The member name under which a personal value travels to the store, which seals what it finds there.
pub const PERSONAL: &str = "$personal";

/// The member name that stands where a reader may not see a personal value, so that it is told apart from one that was
/// never given.
const WITHHELD: &str = "$withheld";

/// A personal value. The store seals it with the key of the person whom the event is about; a reader without that
/// key, or after the key was destroyed, sees [`Personal::Withheld`].
#[derive(Clone, PartialEq, Eq)]
pub enum Personal<T> {
    /// The value itself.
    Known(T),
    /// Sealed for this reader, or erased for everybody.
    Withheld,
}

impl<T> Personal<T> {
    /// The value, when it may be seen.
    #[must_use]
    pub fn known(&self) -> Option<&T> {
        match self {
            Self::Known(value) => Some(value),
            Self::Withheld => None,
        }
    }
}

impl<T> From<T> for Personal<T> {
    fn from(value: T) -> Self {
        Self::Known(value)
    }
}

/// Never prints the value, so that a log line of an event gives nothing away.
impl<T> std::fmt::Debug for Personal<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Known(_) => "Personal(known)",
            Self::Withheld => "Personal(withheld)",
        })
    }
}

impl<T: Serialize> Serialize for Personal<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(1))?;
        match self {
            Self::Known(value) => map.serialize_entry(PERSONAL, value)?,
            Self::Withheld => map.serialize_entry(WITHHELD, &true)?,
        }
        map.end()
    }
}

/// What may stand in a personal value's place: the value, or anything else for one that is withheld, which rows written
/// earlier hold as null.
#[derive(Deserialize)]
struct Carrier<T> {
    #[serde(rename = "$personal")]
    value: Option<T>,
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Personal<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let carrier = Option::<Carrier<T>>::deserialize(deserializer)?;
        Ok(carrier.and_then(|c| c.value).map_or(Self::Withheld, Self::Known))
    }
}
