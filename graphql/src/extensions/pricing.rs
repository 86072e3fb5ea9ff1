//! The cost of a document: it is computed before the execution, charged to the caller, and reported in the answer.

use std::{
    sync::{
        Arc, OnceLock,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Instant,
};

use crate::{
    budget::{Budget, Busy, OverBudget, Permit, REQUEST_COST},
    caller::Caller,
    fault::{Code, Fault, RETRY_AFTER},
    guard::GuardedRequest,
    limits::{COMPLEXITY, DEPTH},
    price::reading,
};
use async_graphql::{
    Response, ValidationResult,
    extensions::ExtensionContext,
    parser::types::{ExecutableDocument, OperationType},
};

/// The cost of a request, and whether it was executed.
#[derive(Debug)]
pub(crate) struct Bill {
    pub(crate) budget: Arc<Budget>,
    cost: AtomicUsize,
    /// The cost of parsing and validating an unknown document.
    reading: AtomicUsize,
    /// Whether only the cost is asked for.
    dry_run: bool,
    /// Whether it is a subscription, which is charged for each event.
    follows: AtomicBool,
    ended: OnceLock<Ended>,
}

/// Why a request was not executed.
#[derive(Debug, Clone)]
pub(crate) enum Ended {
    /// Only the cost was asked for.
    Priced,
    /// The budget does not cover the cost.
    OverBudget(OverBudget),
    /// There is no permit.
    Busy(Busy),
}

impl Bill {
    pub(crate) fn new(request: &GuardedRequest, caller: &Caller) -> Self {
        Self {
            budget: Arc::clone(&caller.budget),
            cost: AtomicUsize::new(REQUEST_COST),
            reading: AtomicUsize::new(0),
            dry_run: request.is_dry_run(),
            follows: AtomicBool::new(false),
            ended: OnceLock::new(),
        }
    }

    pub(crate) fn cost(&self) -> usize {
        let reading = self.reading.load(Ordering::Relaxed);
        self.cost.load(Ordering::Relaxed).saturating_add(reading)
    }

    /// Charges for a document that has to be parsed and validated. Invalid documents and dry runs are charged too.
    pub(crate) fn pay_for_reading(&self, bytes: usize) -> Result<(), Fault> {
        let cost = reading(bytes);
        self.reading.store(cost, Ordering::Relaxed);
        self.spend(cost)
    }

    fn spend(&self, cost: usize) -> Result<(), Fault> {
        self.budget.spend(cost, Instant::now()).map_err(|over| {
            let fault = Fault::over_budget(&over);
            self.end(Ended::OverBudget(over));
            fault
        })
    }

    pub(crate) fn ended(&self) -> Option<&Ended> {
        self.ended.get()
    }

    fn end(&self, ended: Ended) {
        // The first reason counts.
        self.ended.set(ended).unwrap_or_default();
    }

    /// Charges for a document, unless it is a dry run.
    fn charge(&self, priced: &ValidationResult) -> Result<(), Fault> {
        let cost = priced.complexity;
        self.cost
            .store(cost.saturating_add(REQUEST_COST), Ordering::Relaxed);
        if priced.depth > DEPTH {
            return Err(Fault::too_complex(
                "the depth of the document is",
                priced.depth,
                DEPTH,
            ));
        }
        if cost > COMPLEXITY {
            return Err(Fault::too_complex("the document costs", cost, COMPLEXITY));
        }
        if self.dry_run {
            self.end(Ended::Priced);
            return Err(Fault::bad_input("only the price was asked for"));
        }
        self.spend(cost)
    }

    /// A permit to execute. A subscription waits until the budget covers an event: no event is left out.
    async fn permit(&self) -> Result<Permit, Busy> {
        if !self.follows.load(Ordering::Relaxed) {
            return self.budget.permit().await;
        }
        self.budget.spend_in_time(self.cost()).await;
        loop {
            if let Ok(permit) = self.budget.permit().await {
                return Ok(permit);
            }
        }
    }
}

fn bill<'a>(ctx: &ExtensionContext<'a>) -> Option<&'a Arc<Bill>> {
    ctx.data_opt::<Arc<Bill>>()
}

/// Notes whether the request is a subscription.
pub(super) fn note_kind(ctx: &ExtensionContext<'_>, document: &ExecutableDocument) {
    if let Some(bill) = bill(ctx) {
        let mut operations = document.operations.iter();
        let follows = operations.any(|(_, operation)| operation.node.ty == OperationType::Subscription);
        bill.follows.store(follows, Ordering::Relaxed);
    }
}

/// Charges for a validated request.
///
/// # Errors
/// When it costs too much, the budget does not cover it, or only the cost was asked for.
pub(super) fn charge(ctx: &ExtensionContext<'_>, priced: &ValidationResult) -> Result<(), Fault> {
    bill(ctx).map_or(Ok(()), |bill| bill.charge(priced))
}

/// Executes with a permit, if there is one.
pub(super) async fn with_permit(
    ctx: &ExtensionContext<'_>,
    executing: impl Future<Output = Response>,
) -> Response {
    let Some(bill) = bill(ctx) else {
        return executing.await;
    };
    match bill.permit().await {
        Ok(_permit) => executing.await,
        Err(busy) => {
            bill.end(Ended::Busy(busy));
            Response::from_errors(vec![Fault::from(busy).into_server_error()])
        }
    }
}

impl From<Busy> for Fault {
    fn from(busy: Busy) -> Self {
        match busy {
            Busy::Caller => Self::new(
                Code::RateLimited,
                "as many of your requests are at work as may be at a time: wait for their answers",
            )
            .retry_after(RETRY_AFTER),
            Busy::Service => Self::new(
                Code::Overloaded,
                "as many requests are at work as the service has places for: try again in a moment",
            ),
        }
    }
}
