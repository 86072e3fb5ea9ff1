//! The doors: everything that is answered over HTTP.

mod auth;
mod bodies;
pub(crate) mod checks;
pub(crate) mod checkup;
mod connections;
mod contract;
mod cors;
mod graphiql;
mod graphql;
mod health;
mod home;
mod info;
mod messages;
mod metrics;
mod negotiate;
mod peer;
pub(crate) mod places;
pub(crate) mod readiness;
mod refused;
mod socket;
mod standing;
pub(crate) mod state;
mod strays;
mod subscriptions;

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
    trace::TraceLayer,
};

pub use home::LocalPages;

use self::state::AppState;

/// No answer takes longer to begin, request and all.
const PATIENCE: Duration = Duration::from_secs(30);

/// All routes.
pub fn router(state: AppState) -> Router {
    Router::new()
        .merge(graphql::routes())
        .merge(subscriptions::routes())
        .layer(cors::layer(&state.origins))
        .merge(contract::routes(&state))
        .merge(health::routes())
        .merge(info::routes())
        .merge(home::routes(&state))
        .fallback(strays::answer)
        // All in one, the outermost first: each layer of a router by itself makes every request take another box.
        .layer(
            ServiceBuilder::new()
                .layer(SetSensitiveRequestHeadersLayer::new([
                    header::AUTHORIZATION,
                    header::COOKIE,
                ]))
                .layer(TraceLayer::new_for_http())
                .layer(CatchPanicLayer::new())
                .layer(TimeoutLayer::with_status_code(
                    StatusCode::GATEWAY_TIMEOUT,
                    PATIENCE,
                )),
        )
        .with_state(state)
}

/// Answers until told to stop: everybody at one place, and operators at another where there is one.
pub(crate) async fn serve(
    listener: TcpListener,
    management: Option<TcpListener>,
    state: AppState,
    stopping: CancellationToken,
) {
    let (limits, places) = (state.limits, &state.places);
    let (everybody, operating) = (places.connections.clone(), places.management.clone());
    let metrics = metrics::routes(state.metrics.clone());
    let operators = async {
        if let Some(management) = management {
            connections::serve(management, metrics, limits, operating, stopping.clone()).await;
        }
    };
    tokio::join!(
        connections::serve(listener, router(state), limits, everybody, stopping.clone()),
        operators
    );
}
