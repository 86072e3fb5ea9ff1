//! The schema: what is behind it, its limits, and its text.

use std::{sync::LazyLock, time::Duration};

use async_graphql::{SDLExportOptions, SchemaBuilder, ValidationMode};
use commands::CommandBus;
use projections::ReadModels;

use crate::{
    access::Sources, document::Documents, limits, mutation::Mutation, query::Query, stages::Stages,
    subscription::Subscription,
};

#[cfg(test)]
mod tests;

/// How deep fields may be nested: the introspection query of common clients is 15 deep.
pub(crate) const DEPTH: usize = 16;

/// The most that a document may cost, in the units of [`crate::price`]: a full list of cases with everything on its rows, or one
/// page of cases with a page of history each for a few.
pub(crate) const COMPLEXITY: usize = 50_000;

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
    pub(crate) documents: Documents,
    pub(crate) patience: Duration,
}

impl Schema {
    /// The same, where a query or mutation may take this long.
    #[must_use]
    pub fn with_patience(self, patience: Duration) -> Self {
        Self { patience, ..self }
    }
}

/// What the schema says of itself.
static DESCRIPTION: LazyLock<String> =
    LazyLock::new(|| format!("Everything that can be read.\n\n{}", limits::described()));

fn builder() -> SchemaBuilder<Query, Mutation, Subscription> {
    async_graphql::Schema::build(Query::default(), Mutation::default(), Subscription::default())
        .override_output_type_description::<Query>(DESCRIPTION.as_str())
        // What is executed was validated when it was parsed.
        .validation_mode(ValidationMode::Fast)
        .disable_suggestions()
}

/// The schema over the command bus and the read models.
#[must_use]
pub fn schema(faces: Faces) -> Schema {
    let inner = builder().extension(Stages).data(Sources::new(faces)).finish();
    Schema {
        inner,
        documents: Documents::new(&sdl()),
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
