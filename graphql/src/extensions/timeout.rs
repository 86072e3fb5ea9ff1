//! The time limit of an execution, whatever the transport.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use async_graphql::{Name, Response, extensions::ExtensionContext};

use crate::fault::Fault;

/// How far the execution of a request got. It decides the HTTP status.
#[derive(Debug, Default)]
pub(crate) struct ExecutionState {
    /// The response keys of the operation's fields, in order.
    pub(crate) names: Vec<Name>,
    /// Whether the execution started.
    pub(crate) executed: AtomicBool,
    /// The time limit of the answer, or of each event of a subscription.
    pub(crate) timeout: Duration,
    /// Whether the time limit was exceeded.
    pub(crate) timed_out: AtomicBool,
}

/// Executes within the request's time limit.
pub(super) async fn in_time(
    ctx: &ExtensionContext<'_>,
    executing: impl Future<Output = Response>,
) -> Response {
    let Some(state) = ctx.data_opt::<Arc<ExecutionState>>() else {
        return executing.await;
    };
    state.executed.store(true, Ordering::Relaxed);
    let executed = tokio::time::timeout(state.timeout, executing).await;
    executed.unwrap_or_else(|_| {
        state.timed_out.store(true, Ordering::Relaxed);
        tracing::warn!(
            seconds = state.timeout.as_secs(),
            "a request took too long and was given up"
        );
        Response::from_errors(vec![Fault::timed_out(state.timeout).into_server_error()])
    })
}
