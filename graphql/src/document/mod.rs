//! From the text of a document to its executable form. A text is parsed and validated once, against the committed schema and
//! by every rule of the specification. async-graphql executes a simpler form, made from the validated one.

mod collect;
mod convert;
mod lines;
mod operation;
mod persisted;
mod suggestions;
mod validated;
mod validation;
mod values;
mod variables;

#[cfg(test)]
mod tests;

use std::{collections::HashMap, sync::Arc};

use apollo_compiler::{Schema, validation::Valid};
use async_graphql::{
    Name, Positioned, Request, ServerError,
    parser::types::{DocumentOperations, ExecutableDocument, OperationDefinition, OperationType, Selection},
};
use quick_cache::{Weighter, sync::Cache};

use self::{persisted::PersistedDocuments, validated::Document};
use crate::{caller::MayIntrospect, extensions::field_order::name, fault::Fault};

/// Bytes of text in the cache. The parsed form takes many times as much.
const CACHE_BYTES: u64 = 512 * 1024;
/// The usual length of a text.
const USUAL_BYTES: u64 = 512;

/// Validates documents and caches the valid ones by their text. Clones share the cache.
#[derive(Clone)]
pub(crate) struct Documents {
    schema: Arc<Valid<Schema>>,
    validated: Arc<Cache<Arc<str>, Arc<Document>, ByLength>>,
    persisted: PersistedDocuments,
}

/// A document counts as much as its text is long.
#[derive(Clone)]
struct ByLength;

impl<Value> Weighter<Arc<str>, Value> for ByLength {
    fn weight(&self, text: &Arc<str>, _: &Value) -> u64 {
        u64::try_from(text.len()).unwrap_or(u64::MAX)
    }
}

/// The operation that is about to be executed.
pub(crate) struct Prepared {
    pub(crate) kind: OperationType,
    /// How many fields at its top do something.
    pub(crate) changes: usize,
    /// The response keys of its fields, in order.
    pub(crate) names: Vec<Name>,
}

impl Documents {
    /// For documents against this schema.
    pub(crate) fn new(sdl: &str) -> Self {
        let count = usize::try_from(CACHE_BYTES.div_euclid(USUAL_BYTES)).unwrap_or_default();
        Self {
            schema: Arc::new(validation::schema(sdl)),
            validated: Arc::new(Cache::with_weighter(count, CACHE_BYTES, ByLength)),
            persisted: PersistedDocuments::new(),
        }
    }

    /// Replaces the request's text and variables with the executable form.
    ///
    /// `pay` is asked before a text is read that is not known yet, with its length in bytes.
    ///
    /// # Errors
    /// When reading cannot be paid, the document is not valid, has no such operation, or the variables do not fit it.
    pub(crate) fn prepare(
        &self,
        request: &mut Request,
        may_introspect: MayIntrospect,
        pay: impl FnOnce(usize) -> Result<(), Fault>,
    ) -> Result<Prepared, Vec<ServerError>> {
        let wanted = persisted::wanted(request).map_err(alone)?;
        let text = self.persisted.text(request, wanted.as_deref()).map_err(alone)?;
        let document = self.validated(&text, may_introspect, pay)?;
        if let Some(hash) = wanted {
            self.persisted.insert(hash, text);
        }
        let chosen = request.operation_name.take();
        let operation = document.operation(chosen.as_deref()).map_err(alone)?;
        let given = std::mem::take(&mut request.variables);
        request.variables = variables::coerce(&self.schema, operation.definition(), given, may_introspect)
            .map_err(|mismatch| vec![mismatch.into_server_error(document.lines())])?;
        let executed = document
            .executed(&self.schema, operation, &request.variables)
            .map_err(alone)?;
        let prepared = Prepared {
            kind: executed.ty,
            changes: changes(&executed),
            names: executed
                .selection_set
                .node
                .items
                .iter()
                .filter_map(name)
                .cloned()
                .collect(),
        };
        request.set_parsed_query(alone_in_document(executed));
        Ok(prepared)
    }

    /// An invalid document is not cached: its errors depend on the caller.
    fn validated(
        &self,
        text: &Arc<str>,
        may_introspect: MayIntrospect,
        pay: impl FnOnce(usize) -> Result<(), Fault>,
    ) -> Result<Arc<Document>, Vec<ServerError>> {
        if let Some(document) = self.validated.get(text) {
            return Ok(document);
        }
        pay(text.len()).map_err(alone)?;
        let document = Arc::new(Document::try_new(&self.schema, text, may_introspect)?);
        self.validated.insert(Arc::clone(text), Arc::clone(&document));
        Ok(document)
    }
}

/// How many fields of an operation's top do something, if it is a mutation.
fn changes(operation: &OperationDefinition) -> usize {
    let fields = operation.selection_set.node.items.iter();
    let changes = fields.filter(
        |field| !matches!(&field.node, Selection::Field(field) if field.node.name.node == "__typename"),
    );
    changes.count()
}

fn alone_in_document(operation: OperationDefinition) -> ExecutableDocument {
    let pos = operation.selection_set.pos;
    ExecutableDocument {
        operations: DocumentOperations::Single(Positioned::new(operation, pos)),
        fragments: HashMap::new(),
    }
}

fn alone(fault: Fault) -> Vec<ServerError> {
    vec![fault.into_server_error()]
}
