//! Faults on demand, and the check of roles.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use axum::{
    Json,
    extract::{Request, State},
    http::{HeaderMap, StatusCode, header::AUTHORIZATION},
    middleware::Next,
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{Api, World};

/// What goes wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", tag = "kind")]
pub enum FaultKind {
    /// The answer comes, but late.
    Delay {
        /// How late, in milliseconds.
        millis: u64,
    },
    /// This status instead of an answer.
    Status {
        /// Which, such as 502.
        status: u16,
    },
    /// Half a JSON document with status 200.
    Malformed,
    /// Prisoner-search answers as it did before any change.
    Stale,
}

/// Something that goes wrong, for a while.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    /// What.
    #[serde(flatten)]
    pub kind: FaultKind,
    /// For so many requests; until taken away when absent.
    #[serde(default)]
    pub times: Option<u32>,
}

impl Fault {
    /// This status until taken away.
    #[must_use]
    pub const fn status(status: u16) -> Self {
        Self {
            kind: FaultKind::Status { status },
            times: None,
        }
    }

    /// The same fault, for so many requests only.
    #[must_use]
    pub const fn times(self, times: u32) -> Self {
        Self {
            times: Some(times),
            ..self
        }
    }
}

impl From<FaultKind> for Fault {
    fn from(kind: FaultKind) -> Self {
        Self { kind, times: None }
    }
}

/// The answer shall be the one from before any change.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stale;

/// The faults in force and the requests seen.
#[derive(Debug, Default)]
pub(super) struct Faults(Mutex<HashMap<Api, Seen>>);

#[derive(Debug, Default)]
struct Seen {
    fault: Option<Fault>,
    requests: u64,
}

impl Faults {
    pub(super) fn set(&self, api: Api, fault: Option<Fault>) {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .entry(api)
            .or_default()
            .fault = fault;
    }

    pub(super) fn requests(&self, api: Api) -> u64 {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get(&api)
            .map_or(0, |seen| seen.requests)
    }

    /// Counts a request and says what goes wrong with it.
    fn meet(&self, api: Api, is_ping: bool) -> Option<FaultKind> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let seen = all.entry(api).or_default();
        seen.requests = seen.requests.saturating_add(u64::from(!is_ping));
        let fault = seen.fault.as_mut()?;
        let kind = fault.kind.clone();
        if let Some(times) = &mut fault.times {
            *times = times.saturating_sub(1);
            if *times == 0 {
                seen.fault = None;
            }
        }
        Some(kind)
    }
}

/// Lets a request through unless its service is made to fail.
pub(super) async fn may_fail(
    State((world, api)): State<(Arc<World>, Api)>,
    mut request: Request,
    next: Next,
) -> Response {
    let is_ping = request.uri().path().ends_with("/ping");
    match world.faults.meet(api, is_ping) {
        Some(FaultKind::Status { status }) => {
            refusal(StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR))
        }
        Some(FaultKind::Malformed) => "{\"prisonerNumber\": \"A12".into_response(),
        Some(FaultKind::Stale) => {
            request.extensions_mut().insert(Stale);
            next.run(request).await
        }
        Some(FaultKind::Delay { millis }) => {
            tokio::time::sleep(Duration::from_millis(millis)).await;
            next.run(request).await
        }
        None => next.run(request).await,
    }
}

/// Lets a request through whose bearer has one of these roles.
pub(super) async fn needs_role(
    State((world, roles)): State<(Arc<World>, &'static [&'static str])>,
    request: Request,
    next: Next,
) -> Response {
    match bearer(request.headers()).and_then(|token| world.issuer.verify(token)) {
        None => refusal(StatusCode::UNAUTHORIZED),
        Some(claims)
            if claims
                .authorities
                .iter()
                .any(|role| roles.contains(&role.as_str())) =>
        {
            next.run(request).await
        }
        Some(_) => refusal(StatusCode::FORBIDDEN),
    }
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    headers.get(AUTHORIZATION)?.to_str().ok()?.strip_prefix("Bearer ")
}

/// An error as HMPPS services answer it.
pub(super) fn refusal(status: StatusCode) -> Response {
    let body = json!({
        "status": status.as_u16(),
        "userMessage": status.canonical_reason(),
        "developerMessage": status.canonical_reason(),
    });
    (status, Json(body)).into_response()
}
