//! From a request that passed the guard to its answer.

use std::{
    any::{Any, TypeId},
    future::ready,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, atomic::Ordering},
};

use async_graphql::{Request, Response, ServerError, parser::types::OperationType};
use futures::{FutureExt, Stream, StreamExt, stream::once};

use crate::{
    answer::{Answer, Outcome},
    caller::{Caller, MayIntrospect},
    document::Prepared,
    extensions::{ExecutionState, NullPropagation, field_order::arrange_top, pricing::Bill},
    fault::{Code, Fault, label},
    guard::GuardedRequest,
    schema::Schema,
};

/// Executes a query or mutation.
pub async fn execute(schema: &Schema, request: GuardedRequest, caller: Caller) -> Answer {
    let bill = Arc::new(Bill::new(&request, &caller));
    let request = request.with(Arc::clone(&bill));
    execute_once(schema, request, caller).await.billed(&bill)
}

/// Executes a subscription: the answers as they come. A query or mutation gives one. An answer that was not executed is
/// the only one.
pub fn execute_stream(
    schema: &Schema,
    request: GuardedRequest,
    caller: Caller,
) -> impl Stream<Item = Answer> + Send + use<> {
    let bill = Arc::new(Bill::new(&request, &caller));
    let request = request.with(Arc::clone(&bill));
    execute_each(schema, request, caller).map(move |answer| answer.billed(&bill))
}

async fn execute_once(schema: &Schema, request: GuardedRequest, caller: Caller) -> Answer {
    let nulls = Arc::new(NullPropagation::default());
    let (request, state) = match prepared(schema, request, caller, &nulls, Transport::OneAnswer).await {
        Ok(prepared) => prepared,
        Err(refused) => return refused.into(),
    };
    let executed = AssertUnwindSafe(schema.inner.execute(request))
        .catch_unwind()
        .await;
    answered(executed, &state, &nulls)
}

fn execute_each(
    schema: &Schema,
    request: GuardedRequest,
    caller: Caller,
) -> impl Stream<Item = Answer> + Send + use<> {
    let nulls = Arc::new(NullPropagation::default());
    let schema = schema.clone();
    let begun = async move {
        match prepared(&schema, request, caller, &nulls, Transport::Stream).await {
            Ok((request, state)) => {
                // A panic ends the stream with an error and nothing else.
                let responses = AssertUnwindSafe(schema.inner.execute_stream(request)).catch_unwind();
                let answers = responses.map(move |response| answered(response, &state, &nulls));
                answers.boxed()
            }
            Err(refused) => once(ready(Answer::from(refused))).boxed(),
        }
    };
    once(begun).flatten()
}

/// The transport of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Transport {
    /// One answer.
    OneAnswer,
    /// Answers as they come.
    Stream,
}

/// Why a request is not executed.
struct Refused(Vec<ServerError>, Outcome);

impl From<Refused> for Answer {
    fn from(Refused(errors, outcome): Refused) -> Self {
        Self::new(Response::from_errors(errors), outcome)
    }
}

/// The request to execute, or why it is refused: the document is not valid, the variables do not fit it, or the transport does
/// not allow it.
async fn prepared(
    schema: &Schema,
    request: GuardedRequest,
    caller: Caller,
    nulls: &Arc<NullPropagation>,
    transport: Transport,
) -> Result<(Request, Arc<ExecutionState>), Refused> {
    let standing = caller.standing();
    if let Err(fault) = standing.renew().await {
        return Err(Refused(vec![fault.into_server_error()], Outcome::NotExecuted));
    }
    let mut request = request.into_inner();
    let bill = bill_of(&request);
    let pay = |bytes| bill.as_ref().map_or(Ok(()), |bill| bill.pay_for_reading(bytes));
    let preparing = AssertUnwindSafe(|| schema.documents.prepare(&mut request, caller.may_introspect, pay));
    let prepared = match catch_unwind(preparing) {
        Ok(Ok(prepared)) => prepared,
        Ok(Err(errors)) => return Err(Refused(errors, Outcome::NotExecuted)),
        Err(panic) => return Err(Refused(vec![failed(&*panic)], Outcome::Failed)),
    };
    assert_admitted(&prepared, &caller, transport)?;
    let state = Arc::new(ExecutionState {
        names: prepared.names,
        timeout: schema.timeout,
        ..ExecutionState::default()
    });
    let MayIntrospect(may_introspect) = caller.may_introspect;
    let mut request = request
        .data(Arc::clone(&state))
        .data(Arc::clone(nulls))
        .data(standing)
        .data(caller);
    if !may_introspect {
        request = request.disable_introspection();
    }
    Ok((request, state))
}

/// The bill of the request.
fn bill_of(request: &Request) -> Option<Arc<Bill>> {
    let bill = request.data.get(&TypeId::of::<Arc<Bill>>())?;
    bill.downcast_ref::<Arc<Bill>>().cloned()
}

/// Refuses a subscription where one answer is expected, a mutation by GET, and several mutations with one key.
fn assert_admitted(prepared: &Prepared, caller: &Caller, transport: Transport) -> Result<(), Refused> {
    if transport == Transport::OneAnswer && prepared.kind == OperationType::Subscription {
        let fault = Fault::bad_input(
            "a subscription is not answered here: send it to /graphql/stream, or over a socket to /graphql/ws",
        );
        return Err(Refused(vec![fault.into_server_error()], Outcome::NotExecuted));
    }
    if !caller.may_mutate.0 && prepared.kind == OperationType::Mutation {
        let fault = Fault::bad_input("a mutation must be sent by POST");
        return Err(Refused(vec![fault.into_server_error()], Outcome::WrongTransport));
    }
    if caller.idempotency_key.is_some() && prepared.changes > 1 {
        let fault = Fault::bad_input(
            "an Idempotency-Key stands for one mutation: send none, and give each its 'commandId'",
        );
        return Err(Refused(vec![fault.into_server_error()], Outcome::NotExecuted));
    }
    Ok(())
}

/// The answer to a finished execution.
fn answered(
    executed: Result<Response, Box<dyn Any + Send>>,
    state: &ExecutionState,
    nulls: &NullPropagation,
) -> Answer {
    let outcome = match &executed {
        _ if state.timed_out.swap(false, Ordering::Relaxed) => Outcome::TimedOut,
        Err(_) => Outcome::Failed,
        Ok(response) if state.executed.load(Ordering::Relaxed) || names_a_field(response) => {
            Outcome::Executed
        }
        Ok(_) => Outcome::NotExecuted,
    };
    let mut response = executed.unwrap_or_else(|panic| Response::from_errors(vec![failed(&*panic)]));
    arrange_top(&mut response.data, &state.names);
    Answer::new(settled(response, nulls), outcome)
}

/// Whether a field failed: then the request as a whole was accepted. A subscription can fail so before its first event.
fn names_a_field(response: &Response) -> bool {
    response.errors.iter().any(|error| !error.path.is_empty())
}

/// The answer with all of its errors, each with its code.
fn settled(mut response: Response, nulls: &NullPropagation) -> Response {
    nulls.apply(&mut response);
    response.errors.iter_mut().for_each(label);
    response
}

fn failed(panic: &(dyn Any + Send)) -> ServerError {
    let text = panic.downcast_ref::<&str>().copied();
    let text = text
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("no text");
    tracing::error!(panic = text, "a resolver panicked");
    Fault::new(Code::Internal, "the service failed; the fault is logged").into_server_error()
}
