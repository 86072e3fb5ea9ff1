//! The doors: everything that is answered over HTTP, on one port.

mod auth;
pub(crate) mod checks;
mod contract;
mod graphiql;
mod graphql;
pub(crate) mod health;
mod info;
mod negotiate;
mod pace;
mod socket;
pub(crate) mod state;
mod subscriptions;

use std::time::Duration;

use axum::{Router, extract::DefaultBodyLimit, http::header};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tower_http::{
    catch_panic::CatchPanicLayer, sensitive_headers::SetSensitiveRequestHeadersLayer, timeout::TimeoutLayer,
    trace::TraceLayer,
};

pub use graphiql::GraphiQl;
pub use pace::Pace;

use self::state::AppState;

/// More than any request of ours needs; the guard of GraphQL is stricter.
const LARGEST_BODY: usize = 256 * 1024;

/// No answer takes longer, but streams.
const PATIENCE: Duration = Duration::from_secs(30);

/// How long connections may finish what they began.
const FAREWELL: Duration = Duration::from_secs(10);

/// All routes.
pub fn router(state: AppState) -> Router {
    let answers = Router::new()
        .merge(graphql::routes())
        .merge(contract::routes(&state))
        .merge(health::routes())
        .merge(info::routes())
        .merge(graphiql::routes())
        .layer(TimeoutLayer::with_status_code(
            axum::http::StatusCode::GATEWAY_TIMEOUT,
            PATIENCE,
        ))
        .layer(DefaultBodyLimit::max(LARGEST_BODY));
    answers
        .merge(subscriptions::routes())
        .layer(CatchPanicLayer::new())
        .layer(TraceLayer::new_for_http())
        .layer(SetSensitiveRequestHeadersLayer::new([
            header::AUTHORIZATION,
            header::COOKIE,
        ]))
        .with_state(state)
}

/// Answers until told to stop; then finishes what was begun, but not for ever: a subscription would last.
pub(crate) async fn serve(listener: TcpListener, state: AppState, stopping: CancellationToken) {
    let server =
        axum::serve(listener, router(state)).with_graceful_shutdown(stopping.clone().cancelled_owned());
    let deadline = async {
        stopping.cancelled().await;
        tokio::time::sleep(FAREWELL).await;
    };
    tokio::select! {
        ended = server => {
            if let Err(error) = ended {
                tracing::error!(%error, "the doors failed");
            }
        }
        () = deadline => {}
    }
}
