//! What stands where a field has an error: null, or where null must not stand the nearest thing around it that may be.
//!
//! The library leaves such a field out of the answer, which clients with types cannot read.

use std::{
    collections::BTreeSet,
    sync::{Mutex, MutexGuard, PoisonError},
};

use async_graphql::{QueryPathNode, Response, ServerError, ServerResult, Value, extensions::ResolveInfo};

/// The errors of one answer, and which places must be null because of them.
#[derive(Debug, Default)]
pub(crate) struct Ledger(Mutex<Page>);

#[derive(Debug, Default)]
struct Page {
    errors: Vec<ServerError>,
    nulls: BTreeSet<Vec<String>>,
}

impl Ledger {
    fn page(&self) -> MutexGuard<'_, Page> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What stands at a place where this was resolved.
    pub(crate) fn stand(&self, place: &Place<'_>, value: ServerResult<Option<Value>>) -> Option<Value> {
        self.page().stand(place, value)
    }

    /// Puts into an answer what was noted while it was made.
    pub(crate) fn settle(&self, response: &mut Response) {
        let Page { errors, nulls } = std::mem::take(&mut *self.page());
        response.errors.extend(errors);
        if nulls.contains(&Vec::new()) {
            response.data = Value::Null;
        }
    }
}

/// A field or an item of a list.
pub(crate) struct Place<'a> {
    node: QueryPathNode<'a>,
    never_null: bool,
}

impl<'a> Place<'a> {
    pub(crate) fn of(info: &ResolveInfo<'a>) -> Self {
        Self {
            node: *info.path_node,
            never_null: info.return_type.ends_with('!'),
        }
    }
}

impl Page {
    /// The value that stands at a place; if it is null where null must not stand, what is around it will be.
    fn stand(&mut self, place: &Place<'_>, value: ServerResult<Option<Value>>) -> Option<Value> {
        let value = match value {
            Ok(value) if self.nulls.is_empty() => return value,
            Ok(value) => value,
            Err(error) => {
                self.errors.push(error);
                None
            }
        };
        let mut path = place.node.to_string_vec();
        let nulled = self.nulls.remove(&path) || value.is_none();
        if nulled && place.never_null {
            path.pop();
            self.nulls.insert(path);
        }
        if nulled { Some(Value::Null) } else { value }
    }
}
