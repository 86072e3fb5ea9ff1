//! The REST contract that other services rely on, byte for byte: who is the POM of a prisoner.

mod fallback;

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use axum::{
    Json, Router,
    extract::{
        Path, Query, Request, State,
        rejection::{PathRejection, QueryRejection},
    },
    http::{HeaderMap, HeaderValue, StatusCode, header},
    middleware::{self, Next},
    response::{IntoResponse, Response},
    routing::get,
};
use commands::access::{Role, Rule};
use domain::{NomsNumber, StaffId};
use graphql::budget::{Budget, Busy};
use projections::{Contract, ContractAllocation, ContractPom, ReadModelError};
use serde::{Deserialize, Serialize};
use tokio::time::timeout;

pub(super) use self::fallback::answer as fallback;
use crate::http::{
    auth::{self, AuthError, Authenticated},
    state::AppState,
};

/// Shorter than the shortest timeout of a consumer, which is 3 seconds.
const TIMEOUT: Duration = Duration::from_millis(2500);

/// The cost of a read beside the request, in the units of GraphQL's fields.
const COST: usize = 100;

/// `Retry-After` for what is not built yet, in seconds.
const UNTIL_BUILT: u64 = 3600;

/// Who may read the contract.
const READERS: Rule = Rule::Role(&[Role::ReadAllocations]);

/// The addresses of the contract. An unauthorised caller learns nothing of what is below `/api`.
pub(super) fn routes(state: &AppState) -> Router<AppState> {
    Router::new()
        .route("/api", get(status))
        .route("/api/allocation/{noms}", get(allocation))
        .route("/api/allocation/{noms}/primary_pom", get(primary_pom))
        .route("/api/handovers/{noms}", get(not_yet))
        .route("/api/offenders/{noms}", get(not_yet))
        .route_layer(middleware::from_fn_with_state(state.clone(), authorise))
        .layer(middleware::from_fn(in_time))
        .layer(middleware::map_response(keep_out_robots))
}

/// The body of every answer that is not 200.
#[derive(Serialize)]
struct Problem {
    status: &'static str,
    message: &'static str,
}

fn problem(code: StatusCode, message: &'static str) -> Response {
    (
        code,
        Json(Problem {
            status: "error",
            message,
        }),
    )
        .into_response()
}

/// No token, an invalid one, and one without scope or role get the same answer.
async fn authorise(State(state): State<AppState>, request: Request, next: Next) -> Response {
    match admitted(&state, request.headers()).await {
        Ok(budget) => at_work(&budget, next.run(request)).await,
        Err(refusal) => refusal,
    }
}

/// The budget of an authorised reader, or the answer to anybody else.
async fn admitted(state: &AppState, headers: &HeaderMap) -> Result<Arc<Budget>, Response> {
    match auth::holder(state, headers).await {
        Ok(Authenticated { caller, budget })
            if caller.has_scope("read") && READERS.check(&caller.principal, None).is_ok() =>
        {
            Ok(budget)
        }
        Err(AuthError::Token(error)) if error.is_outage() => Err(lagging()),
        Err(AuthError::OverBudget(over)) => Err(too_often(over.retry_after())),
        _ => Err(problem(
            StatusCode::UNAUTHORIZED,
            "Valid authorisation token required",
        )),
    }
}

/// Answers an address that resembles those of the contract and is none.
pub(super) async fn no_such_address(state: &AppState, headers: &HeaderMap) -> Response {
    let answer = async {
        match admitted(state, headers).await {
            Ok(_) => problem(StatusCode::BAD_REQUEST, "This is not an address of the contract"),
            Err(refusal) => refusal,
        }
    };
    let answered = timeout(TIMEOUT, answer).await;
    keep_out_robots(answered.unwrap_or_else(|_| lagging())).await
}

/// Spends the cost of a read, and answers within the caller's concurrency.
async fn at_work(budget: &Budget, answering: impl Future<Output = Response>) -> Response {
    if let Err(over) = budget.spend(COST, Instant::now()) {
        return too_often(over.retry_after());
    }
    match budget.permit().await {
        Ok(_permit) => answering.await,
        Err(Busy::Caller) => too_often(1),
        Err(Busy::Service) => lagging(),
    }
}

/// Answers within the timeout: a consumer that gets no answer gives up, one that gets 503 asks again.
async fn in_time(request: Request, next: Next) -> Response {
    timeout(TIMEOUT, next.run(request))
        .await
        .unwrap_or_else(|_| lagging())
}

async fn keep_out_robots(mut response: Response) -> Response {
    response
        .headers_mut()
        .insert("x-robots-tag", HeaderValue::from_static("noindex, nofollow"));
    response
}

#[derive(Serialize)]
struct Status {
    status: &'static str,
}

async fn status() -> Json<Status> {
    Json(Status { status: "ok" })
}

/// Handovers and early allocation are not built yet. 404 would say that a prisoner has none.
async fn not_yet(noms: Result<Path<String>, PathRejection>) -> Response {
    if number(noms).is_none() {
        return no_number();
    }
    let not_yet = problem(StatusCode::SERVICE_UNAVAILABLE, "Not available yet");
    later(not_yet, UNTIL_BUILT)
}

/// A POM in `/api/allocation`; `{}` where there is none.
#[derive(Serialize, Default)]
struct ListedPom {
    #[serde(skip_serializing_if = "Option::is_none")]
    staff_id: Option<StaffId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
}

impl From<&ContractPom> for ListedPom {
    fn from(pom: &ContractPom) -> Self {
        let snapshot = &pom.assignment.pom;
        Self {
            staff_id: Some(snapshot.staff_id),
            name: Some(snapshot.listed_name()),
        }
    }
}

#[derive(Serialize)]
struct AllocationBody {
    primary_pom: ListedPom,
    secondary_pom: ListedPom,
}

async fn allocation(State(state): State<AppState>, noms: Result<Path<String>, PathRejection>) -> Response {
    match find(&state, noms, None).await {
        Ok(allocated) => Json(AllocationBody {
            primary_pom: (&allocated.primary).into(),
            secondary_pom: allocated
                .coworking
                .as_ref()
                .map(ListedPom::from)
                .unwrap_or_default(),
        })
        .into_response(),
        Err(response) => response,
    }
}

#[derive(Serialize)]
struct Manager {
    code: StaffId,
    forename: String,
    surname: String,
    email: Option<String>,
}

#[derive(Serialize)]
struct PrisonBody {
    code: String,
}

#[derive(Serialize)]
struct PrimaryPomBody {
    manager: Manager,
    prison: PrisonBody,
}

/// Which state is asked for: the newest, or the one after the N-th announced change.
#[derive(Deserialize)]
struct AsOfVersion {
    version: Option<u64>,
}

async fn primary_pom(
    State(state): State<AppState>,
    noms: Result<Path<String>, PathRejection>,
    as_of: Result<Query<AsOfVersion>, QueryRejection>,
) -> Response {
    let Ok(Query(as_of)) = as_of else {
        return problem(StatusCode::BAD_REQUEST, "version must be a whole number");
    };
    let allocated = match find(&state, noms, as_of.version).await {
        Ok(allocated) => allocated,
        Err(response) => return response,
    };
    let version = HeaderValue::from(allocated.version);
    let mut response = Json(PrimaryPomBody {
        prison: PrisonBody {
            code: allocated.prison.to_string(),
        },
        manager: manager(allocated.primary),
    })
    .into_response();
    response.headers_mut().insert("x-aggregate-version", version);
    response
}

/// Name and address as staff details are known now; as they were at the allocation when nothing newer is known.
fn manager(primary: ContractPom) -> Manager {
    let snapshot = primary.assignment.pom;
    let (forename, surname, email) = match primary.current {
        Some(details) => (details.forename, details.surname, details.email),
        None => (snapshot.forename, snapshot.surname, snapshot.email),
    };
    Manager {
        code: snapshot.staff_id,
        forename,
        surname,
        email: email.and_then(|email| email.known().cloned()),
    }
}

/// The number in an address, exactly as prisoners' numbers are written.
fn number(noms: Result<Path<String>, PathRejection>) -> Option<NomsNumber> {
    noms.ok().and_then(|Path(noms)| noms.parse().ok())
}

fn no_number() -> Response {
    problem(StatusCode::BAD_REQUEST, "Not a prisoner number such as A1234BC")
}

/// The allocation, or the answer that says why there is none. Only "never" and "not any more" are 404: consumers act on
/// those words, so nothing else may say them.
async fn find(
    state: &AppState,
    noms: Result<Path<String>, PathRejection>,
    version: Option<u64>,
) -> Result<ContractAllocation, Response> {
    let noms = number(noms).ok_or_else(no_number)?;
    let contract = match version {
        Some(version) => state.models.contract_at(noms, version).await,
        None => state.models.contract(noms).await,
    };
    match contract {
        Ok(Contract::Allocated(allocated)) => Ok(*allocated),
        Ok(Contract::NotAllocated { .. }) => Err(problem(StatusCode::NOT_FOUND, "Not allocated")),
        // A version beyond the last may be news that has not arrived here: a consumer must ask again, not act on it.
        Ok(Contract::NeverAllocated) if version.is_some_and(|version| version > 0) => Err(lagging()),
        Ok(Contract::NeverAllocated) => Err(problem(StatusCode::NOT_FOUND, "Not ready for allocation")),
        Err(ReadModelError::NotYetProjected { .. } | ReadModelError::Stopped { .. }) => Err(lagging()),
        Err(error) => {
            tracing::error!(%error, "the contract read model cannot be read");
            Err(lagging())
        }
    }
}

fn lagging() -> Response {
    let message = "Not available at the moment. Try again in a second";
    later(problem(StatusCode::SERVICE_UNAVAILABLE, message), 1)
}

fn too_often(seconds: u64) -> Response {
    let message = "Too many requests. Slow down and try again";
    later(problem(StatusCode::TOO_MANY_REQUESTS, message), seconds)
}

fn later(mut response: Response, seconds: u64) -> Response {
    response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
    response
}
