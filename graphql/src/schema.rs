//! The schema: what is behind it, its limits, and its text.

use std::time::Duration;

use async_graphql::{
    SDLExportOptions, SchemaBuilder,
    extensions::apollo_persisted_queries::{ApolloPersistedQueries, LruCacheStorage},
};
use commands::CommandBus;
use projections::ReadModels;

use crate::{
    access::Sources, documents::Documents, doorkeeper::Doorkeeper, mutation::Mutation, nulls::Nulls,
    query::Query, subscription::Subscription,
};

#[cfg(test)]
mod tests;

/// How many documents are stored under their hash.
const STORED_DOCUMENTS: usize = 1_000;

/// How deep fields may be nested: the introspection query of common clients is 15 deep.
const DEPTH: usize = 16;

/// How deep selections may be nested with fragments written out: the same query needs 18. The guard has counted by then
/// what fragments multiply to.
const RECURSIVE_DEPTH: usize = 20;

/// How many values one answer may have, by the sizes of the pages asked for: a full list of cases with everything on its
/// rows, or one page of cases with a page of history each for a few.
const COMPLEXITY: usize = 20_000;

/// How many directives a field may have.
const DIRECTIVES: usize = 5;

/// How long a query or mutation may take, when nothing else is said.
const PATIENCE: Duration = Duration::from_secs(20);

/// What is behind the schema: the one way in, and everything that is read.
#[derive(Clone)]
pub struct Faces {
    /// Where changes enter.
    pub bus: CommandBus,
    /// What is read.
    pub models: ReadModels,
}

/// The schema, ready to be executed through [`crate::execute`] and no other way. Cheap to clone.
#[derive(Clone)]
pub struct Schema {
    pub(crate) inner: async_graphql::Schema<Query, Mutation, Subscription>,
    pub(crate) patience: Duration,
}

impl Schema {
    /// The same, where a query or mutation may take this long.
    #[must_use]
    pub fn with_patience(self, patience: Duration) -> Self {
        Self { patience, ..self }
    }
}

fn builder() -> SchemaBuilder<Query, Mutation, Subscription> {
    async_graphql::Schema::build(Query::default(), Mutation::default(), Subscription::default())
        .limit_depth(DEPTH)
        .limit_recursive_depth(RECURSIVE_DEPTH)
        .limit_complexity(COMPLEXITY)
        .limit_directives(DIRECTIVES)
        .disable_suggestions()
}

/// The schema over the command bus and the read models.
#[must_use]
pub fn schema(faces: Faces) -> Schema {
    let inner = builder()
        .extension(Nulls)
        .extension(Doorkeeper)
        .extension(ApolloPersistedQueries::new(LruCacheStorage::new(
            STORED_DOCUMENTS,
        )))
        // The last, so that the others look at every document, parsed or remembered.
        .extension(Documents::new())
        .data(Sources::new(faces))
        .finish();
    Schema {
        inner,
        patience: PATIENCE,
    }
}

/// The schema as text, in an order that does not change by itself: the contract with clients.
#[must_use]
pub fn sdl() -> String {
    let options = SDLExportOptions::new()
        .sorted_fields()
        .sorted_arguments()
        .sorted_enum_items();
    builder()
        .finish()
        .sdl_with_options(options.include_specified_by())
}
