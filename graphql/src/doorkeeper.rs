//! The one place where root fields are let through: by role, by transport, and introspection by permission; and where
//! what takes too long is given up, whatever the transport.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use async_graphql::{
    Name, PathSegment, Response, ServerResult,
    extensions::{ExtensionContext, ResolveInfo},
};
use commands::access::Forbidden;
use tokio::time::timeout;

use crate::{
    access::Access,
    caller::Caller,
    fault::{Code, Fault},
};

/// How far a request got, which decides the HTTP status.
#[derive(Debug, Default)]
pub(crate) struct Progress {
    /// The names under which the fields of the operation are answered, in order.
    pub(crate) names: Vec<Name>,
    /// It got as far as being executed.
    pub(crate) executed: AtomicBool,
    /// How long it may take to answer it, or each event of a subscription.
    pub(crate) patience: Duration,
    /// It took longer.
    pub(crate) timed_out: AtomicBool,
}

/// Executes for as long as the request may take.
pub(crate) async fn in_time(
    ctx: &ExtensionContext<'_>,
    executing: impl Future<Output = Response>,
) -> Response {
    let Some(progress) = ctx.data_opt::<Arc<Progress>>() else {
        return executing.await;
    };
    progress.executed.store(true, Ordering::Relaxed);
    timeout(progress.patience, executing).await.unwrap_or_else(|_| {
        progress.timed_out.store(true, Ordering::Relaxed);
        tracing::warn!(
            seconds = progress.patience.as_secs(),
            "a request took too long and was given up"
        );
        Response::from_errors(vec![Fault::timed_out(progress.patience).into_server_error()])
    })
}

/// Lets a field through; only root fields are asked about.
///
/// # Errors
/// When the caller may not ask for it.
pub(crate) fn admit_field(ctx: &ExtensionContext<'_>, info: &ResolveInfo<'_>) -> ServerResult<()> {
    if !matches!(info.parent_type, "Query" | "Mutation" | "Subscription") {
        return Ok(());
    }
    admit(ctx.data_opt::<Caller>(), info.parent_type, info.name).map_err(|fault| {
        let mut error = fault.into_server_error();
        error.locations.push(info.field.name.pos);
        error
            .path
            .push(PathSegment::Field(info.alias.unwrap_or(info.name).to_owned()));
        error
    })
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

/// Nobody is known to have sent the request.
pub(crate) fn unauthenticated() -> Fault {
    Fault::new(Code::Unauthenticated, "sign in first: send a valid token")
}
