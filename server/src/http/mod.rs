//! HTTP: all routes and the connections that they are served on.

mod auth;
mod connections;
mod contract;
mod graphql;
mod local_pages;
pub(crate) mod operations;
pub(crate) mod permits;
pub(crate) mod state;
mod trace;

use std::time::Duration;

use axum::{
    Router,
    http::{StatusCode, header},
};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tower::ServiceBuilder;
use tower_http::{
    catch_panic::CatchPanicLayer, sensitive_headers::SetSensitiveRequestHeadersLayer, timeout::TimeoutLayer,
};

use self::state::AppState;
pub use self::state::LocalPages;

/// The timeout of a request, until its answer begins.
const TIMEOUT: Duration = Duration::from_secs(30);

/// All routes.
pub fn router(state: AppState) -> Router {
    Router::new()
        .merge(graphql::routes(&state))
        .merge(contract::routes(&state))
        .merge(operations::routes())
        .merge(local_pages::routes(&state))
        .fallback(contract::fallback)
        // All in one, the outermost first: each layer of a router by itself makes every request take another box.
        .layer(
            ServiceBuilder::new()
                .layer(SetSensitiveRequestHeadersLayer::new([
                    header::AUTHORIZATION,
                    header::COOKIE,
                ]))
                .layer(trace::layer())
                .layer(CatchPanicLayer::new())
                .layer(TimeoutLayer::with_status_code(
                    StatusCode::GATEWAY_TIMEOUT,
                    TIMEOUT,
                )),
        )
        .with_state(state)
}

/// Serves until shutdown: all routes on one listener, metrics on the management listener if there is one.
pub(crate) async fn serve(
    listener: TcpListener,
    management: Option<TcpListener>,
    state: AppState,
    stopping: CancellationToken,
) {
    let (limits, permits) = (state.limits, &state.permits);
    let (public, management_permits) = (permits.connections.clone(), permits.management.clone());
    let metrics = operations::metrics_routes(state.metrics.clone());
    let operators = async {
        if let Some(management) = management {
            connections::serve(management, metrics, limits, management_permits, stopping.clone()).await;
        }
    };
    tokio::join!(
        connections::serve(listener, router(state), limits, public, stopping.clone()),
        operators
    );
}
