//! Null propagation: a field with an error is null, and where it must not be null, the nearest nullable field around it.
//!
//! The library leaves such a field out of the answer, which typed clients cannot read.

use std::{
    collections::BTreeSet,
    sync::{Mutex, MutexGuard, PoisonError},
};

use async_graphql::{QueryPathNode, Response, ServerError, ServerResult, Value, extensions::ResolveInfo};

/// The errors of one answer, and the paths that must be null because of them.
#[derive(Debug, Default)]
pub(crate) struct NullPropagation(Mutex<Noted>);

#[derive(Debug, Default)]
struct Noted {
    errors: Vec<ServerError>,
    nulls: BTreeSet<Vec<String>>,
}

impl NullPropagation {
    fn noted(&self) -> MutexGuard<'_, Noted> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The value of a field or item that resolved to this.
    pub(super) fn propagate(
        &self,
        path: &FieldPath<'_>,
        value: ServerResult<Option<Value>>,
    ) -> Option<Value> {
        self.noted().propagate(path, value)
    }

    /// Adds the errors to the answer. Its data is null if no nullable field is around an error.
    pub(crate) fn apply(&self, response: &mut Response) {
        let Noted { errors, nulls } = std::mem::take(&mut *self.noted());
        response.errors.extend(errors);
        if nulls.contains(&Vec::new()) {
            response.data = Value::Null;
        }
    }
}

/// The path of a field or of an item of a list.
pub(super) struct FieldPath<'a> {
    node: QueryPathNode<'a>,
    never_null: bool,
}

impl<'a> FieldPath<'a> {
    pub(super) fn of(info: &ResolveInfo<'a>) -> Self {
        Self {
            node: *info.path_node,
            never_null: info.return_type.ends_with('!'),
        }
    }
}

impl Noted {
    /// The value at a path. If it is null and must not be, the field around it becomes null.
    fn propagate(&mut self, path: &FieldPath<'_>, value: ServerResult<Option<Value>>) -> Option<Value> {
        let value = match value {
            Ok(value) if self.nulls.is_empty() => return value,
            Ok(value) => value,
            Err(error) => {
                self.errors.push(error);
                None
            }
        };
        let mut keys = path.node.to_string_vec();
        let nulled = self.nulls.remove(&keys) || value.is_none();
        if nulled && path.never_null {
            keys.pop();
            self.nulls.insert(keys);
        }
        if nulled { Some(Value::Null) } else { value }
    }
}
