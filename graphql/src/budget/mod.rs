//! The budget of one caller, so that no caller starves the others: cost per second, concurrent requests and concurrent reads.

mod bucket;
#[cfg(test)]
mod tests;

use std::{
    num::NonZeroU32,
    sync::Arc,
    time::{Duration, Instant},
};

use commands::{Actor, ActorKind};
use moka::sync::Cache;
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore, SemaphorePermit},
    time::timeout,
};

use self::bucket::Bucket;
pub use self::bucket::Level;

/// The base cost of every request: authentication, reading and answering.
pub const REQUEST_COST: usize = 50;

/// How long a request waits for a permit before it is refused.
const PERMIT_TIMEOUT: Duration = Duration::from_millis(500);

/// How many budgets are cached, and for how long after the caller's last request: by then their buckets are full.
const CACHE_CAPACITY: u64 = 100_000;
const CACHE_TTL: Duration = Duration::from_secs(10);

/// How much of a full bucket subscriptions leave to requests, as the time in which it is restored.
const LEFT_TO_REQUESTS: Duration = Duration::from_secs(1);

/// The limits of each caller and of all callers together.
#[derive(Debug, Clone, Copy)]
pub struct BudgetOptions {
    /// The cost that one caller may spend in a second, on average; none: unlimited.
    pub cost_per_second: Option<NonZeroU32>,
    /// The requests that one caller may send in a second, on average; none: unlimited.
    pub requests_per_second: Option<NonZeroU32>,
    /// The concurrent requests of one caller.
    pub caller_requests: usize,
    /// The concurrent reads of one caller.
    pub caller_reads: usize,
    /// The concurrent requests of all callers.
    pub requests: usize,
}

impl BudgetOptions {
    /// No limits.
    pub const UNLIMITED: Self = Self {
        cost_per_second: None,
        requests_per_second: None,
        caller_requests: Semaphore::MAX_PERMITS,
        caller_reads: Semaphore::MAX_PERMITS,
        requests: Semaphore::MAX_PERMITS,
    };
}

/// The budgets of all callers.
#[derive(Debug)]
pub struct Budgets {
    options: BudgetOptions,
    everybody: Arc<Semaphore>,
    callers: Cache<(ActorKind, String), Arc<Budget>>,
}

impl Budgets {
    /// Budgets with these limits.
    #[must_use]
    pub fn new(options: BudgetOptions) -> Self {
        Self {
            options,
            everybody: Arc::new(Semaphore::new(options.requests)),
            callers: Cache::builder()
                .max_capacity(CACHE_CAPACITY)
                .time_to_idle(CACHE_TTL)
                .build(),
        }
    }

    /// The budget of a caller.
    #[must_use]
    pub fn of(&self, caller: &Actor) -> Arc<Budget> {
        let key = (caller.kind, caller.id.clone());
        self.callers.get_with(key, || {
            Arc::new(Budget::new(self.options, Arc::clone(&self.everybody)))
        })
    }
}

/// One caller's budget.
#[derive(Debug)]
pub struct Budget {
    cost: Option<Bucket>,
    requests: Option<Bucket>,
    permits: Arc<Semaphore>,
    everybody: Arc<Semaphore>,
    reads: Semaphore,
}

/// A permit to execute a request, until it is dropped.
#[derive(Debug)]
pub struct Permit {
    _of_caller: OwnedSemaphorePermit,
    _of_everybody: OwnedSemaphorePermit,
}

/// A refusal: the budget does not cover the cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OverBudget {
    /// The cost of the request.
    pub cost: usize,
    /// The rest of the budget.
    pub level: Option<Level>,
    /// The time until the budget covers it.
    pub wait: Duration,
}

impl OverBudget {
    /// The time until the budget covers it, in whole seconds.
    #[must_use]
    pub const fn retry_after(&self) -> u64 {
        self.wait.as_secs().saturating_add(1)
    }
}

/// Why there is no permit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Busy {
    /// The caller has too many concurrent requests.
    Caller,
    /// The service has too many concurrent requests.
    Service,
}

impl Budget {
    fn new(options: BudgetOptions, everybody: Arc<Semaphore>) -> Self {
        let now = Instant::now();
        let full = |per_second: Option<NonZeroU32>| per_second.map(|rate| Bucket::full(rate, now));
        Self {
            cost: full(options.cost_per_second),
            requests: full(options.requests_per_second),
            permits: Arc::new(Semaphore::new(options.caller_requests)),
            everybody,
            reads: Semaphore::new(options.caller_reads),
        }
    }

    /// A budget without limits.
    #[must_use]
    pub fn unlimited() -> Arc<Self> {
        let options = BudgetOptions::UNLIMITED;
        Arc::new(Self::new(options, Arc::new(Semaphore::new(options.requests))))
    }

    /// Admits a request, or says how long to wait.
    ///
    /// # Errors
    /// When the caller asks too often, or has spent their budget.
    pub fn admit(&self, now: Instant) -> Result<(), OverBudget> {
        if let Some(requests) = &self.requests {
            let taken = requests.take(1, Duration::ZERO, now);
            taken.map_err(|wait| self.over(REQUEST_COST, wait, now))?;
        }
        self.spend(REQUEST_COST, now)
    }

    /// Spends a cost, or says how long to wait.
    ///
    /// # Errors
    /// When the rest of the budget is less.
    pub fn spend(&self, cost: usize, now: Instant) -> Result<(), OverBudget> {
        let taken = self.take(cost, Duration::ZERO, now);
        taken.map_err(|wait| self.over(cost, wait, now))
    }

    fn over(&self, cost: usize, wait: Duration, now: Instant) -> OverBudget {
        OverBudget {
            cost,
            level: self.level(now),
            wait,
        }
    }

    /// Waits until the budget covers a cost, and spends it. A part of the budget is left to requests.
    pub(crate) async fn spend_in_time(&self, cost: usize) {
        while let Err(wait) = self.take(cost, LEFT_TO_REQUESTS, Instant::now()) {
            tokio::time::sleep(wait).await;
        }
    }

    fn take(&self, cost: usize, spared: Duration, now: Instant) -> Result<(), Duration> {
        let amount = u64::try_from(cost).unwrap_or(u64::MAX);
        let bucket = self.cost.as_ref();
        bucket.map_or(Ok(()), |bucket| bucket.take(amount, spared, now))
    }

    /// The level of the budget; none if it is unlimited.
    #[must_use]
    pub fn level(&self, now: Instant) -> Option<Level> {
        self.cost.as_ref().map(|bucket| bucket.level(now))
    }

    /// A permit to execute a request, for which it waits a moment.
    ///
    /// # Errors
    /// When there is none.
    pub async fn permit(&self) -> Result<Permit, Busy> {
        let of_caller = acquired(&self.permits, Busy::Caller).await?;
        Ok(Permit {
            _of_caller: of_caller,
            _of_everybody: acquired(&self.everybody, Busy::Service).await?,
        })
    }

    /// A permit to query the database, for which a read waits. None once the service ends.
    pub(crate) async fn read(&self) -> Option<SemaphorePermit<'_>> {
        self.reads.acquire().await.ok()
    }
}

async fn acquired(permits: &Arc<Semaphore>, otherwise: Busy) -> Result<OwnedSemaphorePermit, Busy> {
    let acquiring = Arc::clone(permits).acquire_owned();
    let acquired = timeout(PERMIT_TIMEOUT, acquiring).await.ok();
    acquired.and_then(Result::ok).ok_or(otherwise)
}
