//! The name of one subject's past.

use std::{fmt, sync::Arc};

use serde::{Deserialize, Serialize};

/// A stream's name: a category and a key, `allocation-A1234BC`. Cheap to clone.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct StreamId(Arc<str>);

/// Text that is not a stream's name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("'{0}' is not a stream: give a category and a key, such as allocation-A1234BC")]
pub struct InvalidStreamId(pub String);

impl StreamId {
    /// The stream of this category with this key.
    #[must_use]
    pub fn new(category: &str, key: impl fmt::Display) -> Self {
        Self(format!("{category}-{key}").into())
    }

    /// The whole name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What kind of subject: the part before the first hyphen.
    #[must_use]
    pub fn category(&self) -> &str {
        self.0.split_once('-').map_or(&self.0, |(category, _)| category)
    }

    /// Which subject: the part after the first hyphen.
    #[must_use]
    pub fn key(&self) -> &str {
        self.0.split_once('-').map_or("", |(_, key)| key)
    }
}

impl TryFrom<String> for StreamId {
    type Error = InvalidStreamId;

    fn try_from(text: String) -> Result<Self, InvalidStreamId> {
        match text.split_once('-') {
            Some((category, key)) if !category.is_empty() && !key.is_empty() => Ok(Self(text.into())),
            _ => Err(InvalidStreamId(text)),
        }
    }
}

impl From<StreamId> for String {
    fn from(stream: StreamId) -> Self {
        stream.0.as_ref().to_owned()
    }
}

impl fmt::Display for StreamId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
