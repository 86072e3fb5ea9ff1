//! What happens around an execution, in order. One extension of the library calls all of it: each extension costs every
//! field of every answer an allocation.

use std::sync::Arc;

use async_graphql::{
    Response, ServerError, ServerResult, ValidationResult, Value, Variables,
    async_trait::async_trait,
    extensions::{
        Extension, ExtensionContext, ExtensionFactory, NextExecute, NextParseQuery, NextResolve,
        NextValidation, ResolveInfo,
    },
    parser::types::ExecutableDocument,
};

use crate::{
    arrange::arrange,
    doorkeeper::{admit_field, in_time},
    nulls::{Ledger, Place},
    pricing::{charge, in_place, note_kind},
};

/// The stages of each request.
pub(crate) struct Stages;

impl ExtensionFactory for Stages {
    fn create(&self) -> Arc<dyn Extension> {
        Arc::new(Self)
    }
}

#[async_trait]
impl Extension for Stages {
    async fn parse_query(
        &self,
        ctx: &ExtensionContext<'_>,
        query: &str,
        variables: &Variables,
        next: NextParseQuery<'_>,
    ) -> ServerResult<ExecutableDocument> {
        let document = next.run(ctx, query, variables).await?;
        note_kind(ctx, &document);
        Ok(document)
    }

    async fn validation(
        &self,
        ctx: &ExtensionContext<'_>,
        next: NextValidation<'_>,
    ) -> Result<ValidationResult, Vec<ServerError>> {
        let priced = next.run(ctx).await?;
        charge(ctx, &priced).map_err(|fault| vec![fault.into_server_error()])?;
        Ok(priced)
    }

    async fn execute(
        &self,
        ctx: &ExtensionContext<'_>,
        operation_name: Option<&str>,
        next: NextExecute<'_>,
    ) -> Response {
        let executing = next.run(ctx, operation_name);
        in_place(ctx, in_time(ctx, executing)).await
    }

    async fn resolve(
        &self,
        ctx: &ExtensionContext<'_>,
        info: ResolveInfo<'_>,
        next: NextResolve<'_>,
    ) -> ServerResult<Option<Value>> {
        // Many fields are known at once: what is written of them must not keep others from the same thread.
        tokio::task::consume_budget().await;
        let place = Place::of(&info);
        let selected = &info.field.selection_set.node;
        let mut value = match admit_field(ctx, &info) {
            Ok(()) => next.run(ctx, info).await,
            Err(error) => Err(error),
        };
        if let Ok(Some(value)) = &mut value {
            arrange(value, selected);
        }
        match ctx.data_opt::<Arc<Ledger>>() {
            Some(ledger) => Ok(ledger.stand(&place, value)),
            None => value,
        }
    }
}
