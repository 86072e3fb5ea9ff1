//! The schema: how it is built, and its text.

use std::{sync::LazyLock, time::Duration};

use async_graphql::{SDLExportOptions, SchemaBuilder, ValidationMode};

use crate::{
    access::Sources, document::Documents, extensions::RequestExtension, limits, mutation::Mutation,
    query::Query, services::Services, subscription::Subscription,
};

#[cfg(test)]
mod tests;

/// The default time limit of a query or mutation.
const TIMEOUT: Duration = Duration::from_secs(20);

/// The schema, ready to be executed through [`crate::execute`] and no other way. Cheap to clone.
#[derive(Clone)]
pub struct Schema {
    pub(crate) inner: async_graphql::Schema<Query, Mutation, Subscription>,
    pub(crate) documents: Documents,
    pub(crate) timeout: Duration,
}

impl Schema {
    /// The same schema with another time limit of queries and mutations.
    #[must_use]
    pub fn with_timeout(self, timeout: Duration) -> Self {
        Self { timeout, ..self }
    }
}

/// The schema's description.
static DESCRIPTION: LazyLock<String> =
    LazyLock::new(|| format!("Everything that can be read.\n\n{}", limits::described()));

fn builder() -> SchemaBuilder<Query, Mutation, Subscription> {
    async_graphql::Schema::build(Query::default(), Mutation::default(), Subscription::default())
        .override_output_type_description::<Query>(DESCRIPTION.as_str())
        // Documents are validated when they are parsed.
        .validation_mode(ValidationMode::Fast)
        .disable_suggestions()
}

/// The schema over the command bus and the read models.
#[must_use]
pub fn schema(services: Services) -> Schema {
    let inner = builder()
        .extension(RequestExtension)
        .data(Sources::new(services))
        .finish();
    Schema {
        inner,
        documents: Documents::new(&sdl()),
        timeout: TIMEOUT,
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
