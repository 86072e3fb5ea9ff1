//! Where a page of cases begins or ends: a place in an order, not a row, so that it survives changes of the list.

use std::{fmt, str::FromStr};

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};

use super::CaseOrder;
use crate::ReadModelError;

/// A place between two rows of a list. Opaque text to clients; it belongs to the order that it was given out for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cursor {
    order: String,
    keys: Vec<String>,
}

impl Cursor {
    pub(super) fn new(order: CaseOrder, keys: Vec<String>) -> Self {
        Self {
            order: mark(order),
            keys,
        }
    }

    /// The values of the order's columns, if the cursor belongs to that order.
    pub(super) fn keys(&self, order: CaseOrder) -> Result<&[String], ReadModelError> {
        let fits = self.order == mark(order) && self.keys.len() == order.field.keys().len();
        if fits {
            Ok(&self.keys)
        } else {
            Err(ReadModelError::BadCursor)
        }
    }
}

fn mark(order: CaseOrder) -> String {
    let direction = if order.descending { 'd' } else { 'a' };
    [order.field.letter(), direction].iter().collect()
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let json = serde_json::to_vec(&(&self.order, &self.keys)).map_err(|_| fmt::Error)?;
        f.write_str(&BASE64_URL_SAFE_NO_PAD.encode(json))
    }
}

impl FromStr for Cursor {
    type Err = ReadModelError;

    fn from_str(text: &str) -> Result<Self, ReadModelError> {
        let json = BASE64_URL_SAFE_NO_PAD
            .decode(text)
            .map_err(|_| ReadModelError::BadCursor)?;
        let (order, keys): (String, Vec<String>) =
            serde_json::from_slice(&json).map_err(|_| ReadModelError::BadCursor)?;
        // Postgres has no text with this character.
        let storable = keys.iter().all(|key| !key.contains('\0'));
        if storable {
            Ok(Self { order, keys })
        } else {
            Err(ReadModelError::BadCursor)
        }
    }
}
