//! Text of a case, borrowed from its line unless it is written with escapes.

use std::{borrow::Cow, ops::Deref};

use serde::Deserialize;

/// Text that can stand in an `Option`: there serde would copy a plain `Cow`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(serde::Serialize))]
#[serde(transparent)]
pub(crate) struct Text<'a>(#[serde(borrow)] Cow<'a, str>);

impl Deref for Text<'_> {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}
