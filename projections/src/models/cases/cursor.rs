//! Where a page of cases begins or ends: a place in an order, not a row, so that it survives changes of the list.

use std::{fmt, str::FromStr};

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use domain::names::FOLDING;
use sqlx::{Row as _, postgres::PgRow};

use super::{CaseOrder, order::Key};
use crate::ReadModelError;

/// A place between two rows of a list. Opaque text to clients; it belongs to the order that it was given out for, and to the
/// folding of names by which that order went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cursor {
    order: String,
    keys: Vec<String>,
}

impl Cursor {
    /// The place of a row, which has the values of the order's keys as `key_0`, `key_1`, …
    pub(super) fn of_row(row: &PgRow, order: CaseOrder) -> Result<Self, sqlx::Error> {
        let keys = order.field.keys().iter().enumerate().map(|(n, key)| {
            let column = format!("key_{n}");
            match key {
                Key::Text(_) => row.try_get(column.as_str()),
                Key::Bytes(_) => row
                    .try_get(column.as_str())
                    .map(|bytes: &[u8]| BASE64_URL_SAFE_NO_PAD.encode(bytes)),
            }
        });
        Ok(Self {
            order: checkpoint(order),
            keys: keys.collect::<Result<_, _>>()?,
        })
    }

    /// The values of the order's keys, if the cursor belongs to that order.
    pub(super) fn values(&self, order: CaseOrder) -> Result<Vec<Value<'_>>, ReadModelError> {
        let keys = order.field.keys();
        if self.order != checkpoint(order) || self.keys.len() != keys.len() {
            return Err(ReadModelError::BadCursor);
        }
        let values = self.keys.iter().zip(keys).map(|(value, key)| match key {
            Key::Text(_) => Ok(Value::Text(value)),
            Key::Bytes(_) => BASE64_URL_SAFE_NO_PAD
                .decode(value)
                .map(Value::Bytes)
                .map_err(|_| ReadModelError::BadCursor),
        });
        values.collect()
    }
}

/// What a row has for a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Value<'c> {
    Text(&'c str),
    Bytes(Vec<u8>),
}

fn checkpoint(order: CaseOrder) -> String {
    let direction = if order.descending { 'd' } else { 'a' };
    format!("{}{direction}{FOLDING}", order.field.letter())
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
