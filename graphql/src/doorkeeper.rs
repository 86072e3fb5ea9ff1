//! The one place where root fields are let through: by role, by transport, and introspection by permission; and where
//! what takes too long is given up, whatever the transport.

use std::{
    collections::HashSet,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use async_graphql::{
    PathSegment, Response, ServerResult, Value, Variables,
    async_trait::async_trait,
    extensions::{
        Extension, ExtensionContext, ExtensionFactory, NextExecute, NextParseQuery, NextResolve, ResolveInfo,
    },
    parser::types::{ExecutableDocument, OperationType, Selection, SelectionSet},
};
use commands::access::Forbidden;
use tokio::time::timeout;

use crate::{
    access::Access,
    caller::Caller,
    fault::{Code, Fault},
    required,
};

/// How far a request got, which decides the HTTP status.
#[derive(Debug, Default)]
pub(crate) struct Progress {
    /// The operation that was chosen by name.
    pub(crate) operation_name: Option<String>,
    /// It got as far as being executed.
    pub(crate) executed: AtomicBool,
    /// It would change something, and came by a transport that must not.
    pub(crate) wrong_transport: AtomicBool,
    /// How long it may take to answer it, or each event of a subscription.
    pub(crate) patience: Duration,
    /// It took longer.
    pub(crate) timed_out: AtomicBool,
}

/// Makes a doorkeeper for each request.
pub(crate) struct Doorkeeper;

impl ExtensionFactory for Doorkeeper {
    fn create(&self) -> Arc<dyn Extension> {
        Arc::new(Self)
    }
}

#[async_trait]
impl Extension for Doorkeeper {
    async fn parse_query(
        &self,
        ctx: &ExtensionContext<'_>,
        query: &str,
        variables: &Variables,
        next: NextParseQuery<'_>,
    ) -> ServerResult<ExecutableDocument> {
        let document = next.run(ctx, query, variables).await?;
        if let (Some(caller), Some(progress)) = (ctx.data_opt::<Caller>(), ctx.data_opt::<Arc<Progress>>()) {
            let chosen = progress.operation_name.as_deref();
            if !caller.may_mutate.0 && mutations(&document, chosen).next().is_some() {
                progress.wrong_transport.store(true, Ordering::Relaxed);
                return Err(Fault::bad_input("a mutation must be sent by POST").into_server_error());
            }
            if caller.idempotency_key.is_some() && changes(&document, chosen) > 1 {
                let why =
                    "an Idempotency-Key stands for one mutation: send none, and give each its 'commandId'";
                return Err(Fault::bad_input(why).into_server_error());
            }
            required::assert_given(&document, chosen, variables).map_err(Fault::into_server_error)?;
        }
        Ok(document)
    }

    async fn execute(
        &self,
        ctx: &ExtensionContext<'_>,
        operation_name: Option<&str>,
        next: NextExecute<'_>,
    ) -> Response {
        let Some(progress) = ctx.data_opt::<Arc<Progress>>() else {
            return next.run(ctx, operation_name).await;
        };
        progress.executed.store(true, Ordering::Relaxed);
        let executing = next.run(ctx, operation_name);
        timeout(progress.patience, executing).await.unwrap_or_else(|_| {
            progress.timed_out.store(true, Ordering::Relaxed);
            tracing::warn!(
                seconds = progress.patience.as_secs(),
                "a request took too long and was given up"
            );
            Response::from_errors(vec![Fault::timed_out(progress.patience).into_server_error()])
        })
    }

    async fn resolve(
        &self,
        ctx: &ExtensionContext<'_>,
        info: ResolveInfo<'_>,
        next: NextResolve<'_>,
    ) -> ServerResult<Option<Value>> {
        if matches!(info.parent_type, "Query" | "Mutation" | "Subscription") {
            admit(ctx.data_opt::<Caller>(), info.parent_type, info.name).map_err(|fault| {
                let mut error = fault.into_server_error();
                error.locations.push(info.field.name.pos);
                error
                    .path
                    .push(PathSegment::Field(info.alias.unwrap_or(info.name).to_owned()));
                error
            })?;
        }
        next.run(ctx, info).await
    }
}

fn admit(caller: Option<&Caller>, root: &str, field: &str) -> Result<(), Fault> {
    let caller = caller.ok_or_else(unauthenticated)?;
    if matches!(field, "__schema" | "__type") {
        return if caller.may_introspect.0 {
            Ok(())
        } else {
            Err(Fault::new(
                Code::Forbidden,
                "introspection is for developers: read graphql/schema.graphql",
            ))
        };
    }
    let access = Access::of(&format!("{root}.{field}"))
        .ok_or(Forbidden::Role)
        .map_err(Fault::forbidden)?;
    access.admits(&caller.principal).map_err(Fault::forbidden)
}

/// What the chosen operation selects, if it is a mutation.
fn mutations<'d>(
    document: &'d ExecutableDocument,
    chosen: Option<&str>,
) -> impl Iterator<Item = &'d SelectionSet> {
    required::fitting(document, chosen)
        .filter(|operation| operation.ty == OperationType::Mutation)
        .map(|operation| &operation.selection_set.node)
}

/// How many changes the chosen operation asks for: as many as there are names under which they are answered.
fn changes(document: &ExecutableDocument, chosen: Option<&str>) -> usize {
    let mut waiting: Vec<_> = mutations(document, chosen).collect();
    // Each fragment is looked at once: it may contain itself, which is found out later.
    let (mut changes, mut fragments) = (HashSet::new(), HashSet::new());
    while let Some(selection) = waiting.pop() {
        for item in &selection.items {
            match &item.node {
                Selection::Field(field) if field.node.name.node.as_str() == "__typename" => {}
                Selection::Field(field) => {
                    changes.insert(field.node.response_key().node.as_str());
                }
                Selection::InlineFragment(fragment) => waiting.push(&fragment.node.selection_set.node),
                Selection::FragmentSpread(spread) => {
                    let name = &spread.node.fragment_name.node;
                    let fragment = document.fragments.get(name).filter(|_| fragments.insert(name));
                    waiting.extend(fragment.map(|fragment| &fragment.node.selection_set.node));
                }
            }
        }
    }
    changes.len()
}

/// Nobody is known to have sent the request.
pub(crate) fn unauthenticated() -> Fault {
    Fault::new(Code::Unauthenticated, "sign in first: send a valid token")
}
