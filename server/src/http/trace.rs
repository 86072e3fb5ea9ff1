//! What the log says of a request: its method and the template of its route. Addresses name people, so none is logged.

use std::time::Duration;

use axum::{
    extract::{MatchedPath, Request},
    http::{Response, StatusCode},
};
use tower_http::{
    classify::{ServerErrorsAsFailures, ServerErrorsFailureClass, SharedClassifier},
    trace::{DefaultOnBodyChunk, DefaultOnEos, OnFailure, OnResponse, TraceLayer},
};
use tracing::Span;

type Layer = TraceLayer<
    SharedClassifier<ServerErrorsAsFailures>,
    fn(&Request) -> Span,
    (),
    LogOutcome,
    DefaultOnBodyChunk,
    DefaultOnEos,
    LogOutcome,
>;

/// The layer that logs requests.
pub(super) fn layer() -> Layer {
    TraceLayer::new_for_http()
        .make_span_with(span as fn(&Request) -> Span)
        .on_request(())
        .on_response(LogOutcome)
        .on_failure(LogOutcome)
}

fn span(request: &Request) -> Span {
    let route = request.extensions().get::<MatchedPath>();
    let route = route.map_or("none", MatchedPath::as_str);
    tracing::debug_span!("request", method = %request.method(), route)
}

/// Logs how a request ended.
#[derive(Debug, Clone, Copy)]
pub(super) struct LogOutcome;

impl<B> OnResponse<B> for LogOutcome {
    fn on_response(self, response: &Response<B>, latency: Duration, _: &Span) {
        let (status, milliseconds) = (response.status().as_u16(), latency.as_millis());
        tracing::debug!(status, milliseconds, "a request is answered");
    }
}

impl OnFailure<ServerErrorsFailureClass> for LogOutcome {
    /// A 503 is intended and no error: it says what is away, to a caller who comes again.
    fn on_failure(&mut self, failure: ServerErrorsFailureClass, latency: Duration, _: &Span) {
        if let ServerErrorsFailureClass::StatusCode(StatusCode::SERVICE_UNAVAILABLE) = failure {
            return;
        }
        let milliseconds = latency.as_millis();
        tracing::error!(%failure, milliseconds, "a request failed");
    }
}
