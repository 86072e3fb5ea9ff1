//! From a request that passed the guard to its answer.

use std::{
    any::{Any, TypeId},
    future::ready,
    panic::AssertUnwindSafe,
    sync::{Arc, atomic::Ordering},
};

use async_graphql::{Data, Executor, Request, Response};
use futures::{
    FutureExt, Stream, StreamExt,
    stream::{BoxStream, once},
};

use crate::{
    answer::{Answer, Outcome},
    caller::{Caller, MayIntrospect},
    doorkeeper::{Progress, unauthenticated},
    fault::{Code, Fault, label},
    guard::GuardedRequest,
    nulls::Ledger,
    renewal::Standing,
    schema::Schema,
};

/// Executes a query or mutation.
pub async fn execute(schema: &Schema, request: GuardedRequest, caller: Caller) -> Answer {
    let ledger = Arc::new(Ledger::default());
    let standing = Standing::of(&caller);
    if let Err(fault) = standing.renew().await {
        return Answer::new(refused(fault), Outcome::NotExecuted);
    }
    let (request, progress) = prepared(schema, request, caller, standing, &ledger);
    let executed = AssertUnwindSafe(schema.inner.execute(request))
        .catch_unwind()
        .await;
    let panicked = executed.is_err();
    let outcome = match () {
        () if progress.wrong_transport.load(Ordering::Relaxed) => Outcome::WrongTransport,
        () if progress.timed_out.load(Ordering::Relaxed) => Outcome::TimedOut,
        () if panicked => Outcome::Failed,
        () if progress.executed.load(Ordering::Relaxed) => Outcome::Executed,
        () => Outcome::NotExecuted,
    };
    Answer::new(
        settled(executed.unwrap_or_else(|panic| failed(&*panic)), &ledger),
        outcome,
    )
}

/// Executes a subscription: the responses as they come. A query or mutation gives one.
pub fn execute_stream(
    schema: &Schema,
    request: GuardedRequest,
    caller: Caller,
) -> impl Stream<Item = Response> + Send + use<> {
    let ledger = Arc::new(Ledger::default());
    let (schema, told) = (schema.clone(), ledger.clone());
    let begun = async move {
        let standing = Standing::of(&caller);
        match standing.renew().await {
            Ok(()) => {
                let (request, _) = prepared(&schema, request, caller, standing, &told);
                schema.inner.execute_stream(request).boxed()
            }
            Err(fault) => once(ready(refused(fault))).boxed(),
        }
    };
    // A panic ends the stream with an error and nothing else.
    AssertUnwindSafe(once(begun).flatten())
        .catch_unwind()
        .map(move |response| settled(response.unwrap_or_else(|panic| failed(&*panic)), &ledger))
}

fn prepared(
    schema: &Schema,
    request: GuardedRequest,
    caller: Caller,
    standing: Standing,
    ledger: &Arc<Ledger>,
) -> (Request, Arc<Progress>) {
    let request = request.into_inner();
    let progress = Arc::new(Progress {
        operation_name: request.operation_name.clone(),
        patience: schema.patience,
        ..Progress::default()
    });
    let MayIntrospect(may_introspect) = caller.may_introspect;
    let mut request = request
        .data(Arc::clone(&progress))
        .data(Arc::clone(ledger))
        .data(standing)
        .data(caller);
    if !may_introspect {
        request = request.disable_introspection();
    }
    (request, progress)
}

/// The answer with all of its errors, each with its code.
fn settled(mut response: Response, ledger: &Ledger) -> Response {
    ledger.settle(&mut response);
    response.errors.iter_mut().for_each(label);
    response
}

fn failed(panic: &(dyn Any + Send)) -> Response {
    let text = panic.downcast_ref::<&str>().copied();
    let text = text
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("no text");
    tracing::error!(panic = text, "a resolver panicked");
    refused(Fault::new(
        Code::Internal,
        "the service failed; the fault is logged",
    ))
}

fn refused(fault: Fault) -> Response {
    Response::from_errors(vec![fault.into_server_error()])
}

/// The schema for transports that keep a connection: the [`Caller`] comes with the session, and every request passes
/// the guard.
#[derive(Clone)]
pub struct Guarded(pub Schema);

impl Guarded {
    fn admit(request: Request, session: Option<&Data>) -> Result<(GuardedRequest, Caller), Fault> {
        let caller = request.data.get(&TypeId::of::<Caller>());
        let caller = caller.or_else(|| session?.get(&TypeId::of::<Caller>()));
        let caller = caller.and_then(|caller| caller.downcast_ref::<Caller>()).cloned();
        let caller = caller.ok_or_else(unauthenticated)?;
        let request = GuardedRequest::try_from(request)?;
        Ok((request, caller))
    }
}

impl Executor for Guarded {
    async fn execute(&self, request: Request) -> Response {
        match Self::admit(request, None) {
            Ok((request, caller)) => execute(&self.0, request, caller).await.into_response(),
            Err(fault) => refused(fault),
        }
    }

    fn execute_stream(&self, request: Request, session: Option<Arc<Data>>) -> BoxStream<'static, Response> {
        match Self::admit(request, session.as_deref()) {
            Ok((request, caller)) => execute_stream(&self.0, request, caller).boxed(),
            Err(fault) => futures::stream::iter([refused(fault)]).boxed(),
        }
    }
}
