//! From a request that passed the guard to its answer.

use std::{
    any::{Any, TypeId},
    panic::AssertUnwindSafe,
    sync::{Arc, atomic::Ordering},
};

use async_graphql::{Data, Executor, Request, Response, ServerError};
use futures::{FutureExt, Stream, StreamExt, stream::BoxStream};

use crate::{
    answer::{Answer, Outcome},
    caller::Caller,
    doorkeeper::{Progress, unauthenticated},
    fault::{Code, Fault, label},
    guard::GuardedRequest,
    loaders::Allocations,
    schema::Schema,
};

/// Executes a query or mutation.
pub async fn execute(schema: &Schema, request: GuardedRequest, caller: Caller) -> Answer {
    let (request, progress) = prepared(schema, request, caller);
    let executed = AssertUnwindSafe(schema.inner.execute(request)).catch_unwind().await;
    let panicked = executed.is_err();
    let outcome = match () {
        () if progress.wrong_transport.load(Ordering::Relaxed) => Outcome::WrongTransport,
        () if panicked => Outcome::Failed,
        () if progress.executed.load(Ordering::Relaxed) => Outcome::Executed,
        () => Outcome::NotExecuted,
    };
    Answer::new(labelled(executed.unwrap_or_else(|panic| failed(&*panic))), outcome)
}

/// Executes a subscription: the responses as they come. A query or mutation gives one.
pub fn execute_stream(
    schema: &Schema,
    request: GuardedRequest,
    caller: Caller,
) -> impl Stream<Item = Response> + Send + use<> {
    let (request, _) = prepared(schema, request, caller);
    contained(schema.inner.execute_stream(request))
}

fn prepared(schema: &Schema, request: GuardedRequest, caller: Caller) -> (Request, Arc<Progress>) {
    let request = request.into_inner();
    let progress =
        Arc::new(Progress { operation_name: request.operation_name.clone(), ..Progress::default() });
    let introspected = caller.may_introspect.0;
    let request = request
        .data(Arc::clone(&progress))
        .data(Allocations::new(schema.faces.models.clone()))
        .data(caller);
    (if introspected { request } else { request.disable_introspection() }, progress)
}

/// A panic ends the stream with an error and nothing else.
fn contained(stream: BoxStream<'static, Response>) -> impl Stream<Item = Response> + Send + 'static {
    AssertUnwindSafe(stream)
        .catch_unwind()
        .map(|response| labelled(response.unwrap_or_else(|panic| failed(&*panic))))
}

fn labelled(mut response: Response) -> Response {
    response.errors.iter_mut().for_each(label);
    response
}

fn failed(panic: &(dyn Any + Send)) -> Response {
    let text = panic.downcast_ref::<&str>().copied();
    let text = text.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("no text");
    tracing::error!(panic = text, "a resolver panicked");
    refused(Fault::new(Code::Internal, "the service failed; the fault is logged").into_server_error())
}

fn refused(error: ServerError) -> Response {
    Response::from_errors(vec![error])
}

/// The schema for transports that keep a connection: the [`Caller`] comes with the session, and every request passes
/// the guard.
#[derive(Clone)]
pub struct Guarded(pub Schema);

impl Guarded {
    fn admit(request: Request, session: Option<&Data>) -> Result<(GuardedRequest, Caller), Response> {
        let caller = request.data.get(&TypeId::of::<Caller>());
        let caller = caller.or_else(|| session?.get(&TypeId::of::<Caller>()));
        let caller = caller.and_then(|caller| caller.downcast_ref::<Caller>()).cloned();
        let caller = caller.ok_or_else(|| refused(unauthenticated().into_server_error()))?;
        let request = GuardedRequest::try_from(request)
            .map_err(|refusal| refused(Fault::from(refusal).into_server_error()))?;
        Ok((request, caller))
    }
}

impl Executor for Guarded {
    async fn execute(&self, request: Request) -> Response {
        match Self::admit(request, None) {
            Ok((request, caller)) => execute(&self.0, request, caller).await.into_response(),
            Err(response) => response,
        }
    }

    fn execute_stream(
        &self,
        request: Request,
        session: Option<Arc<Data>>,
    ) -> BoxStream<'static, Response> {
        match Self::admit(request, session.as_deref()) {
            Ok((request, caller)) => execute_stream(&self.0, request, caller).boxed(),
            Err(response) => futures::stream::iter([response]).boxed(),
        }
    }
}
