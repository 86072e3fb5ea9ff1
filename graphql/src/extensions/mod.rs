//! The stages of an execution, in order. There is one extension for all of them: each extension costs every field of every
//! answer an allocation.

pub(crate) mod access;
pub(crate) mod field_order;
mod null_propagation;
pub(crate) mod pricing;
mod timeout;

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

use self::{
    access::admit_field,
    field_order::arrange,
    null_propagation::FieldPath,
    pricing::{charge, note_kind, with_permit},
    timeout::in_time,
};
pub(crate) use self::{null_propagation::NullPropagation, timeout::ExecutionState};

/// The one extension of the schema.
pub(crate) struct RequestExtension;

impl ExtensionFactory for RequestExtension {
    fn create(&self) -> Arc<dyn Extension> {
        Arc::new(Self)
    }
}

#[async_trait]
impl Extension for RequestExtension {
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
        with_permit(ctx, in_time(ctx, executing)).await
    }

    async fn resolve(
        &self,
        ctx: &ExtensionContext<'_>,
        info: ResolveInfo<'_>,
        next: NextResolve<'_>,
    ) -> ServerResult<Option<Value>> {
        // Many fields resolve without waiting: they must not keep other tasks from this thread.
        tokio::task::consume_budget().await;
        let path = FieldPath::of(&info);
        let selected = &info.field.selection_set.node;
        let mut value = match admit_field(ctx, &info) {
            Ok(()) => next.run(ctx, info).await,
            Err(error) => Err(error),
        };
        if let Ok(Some(value)) = &mut value {
            arrange(value, selected);
        }
        match ctx.data_opt::<Arc<NullPropagation>>() {
            Some(nulls) => Ok(nulls.propagate(&path, value)),
            None => value,
        }
    }
}
