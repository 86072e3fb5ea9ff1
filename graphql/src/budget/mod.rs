//! What one caller may ask for at a time, so that nobody starves the others: a budget that is spent by cost, and places for requests
//! and reads at work.

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

/// What every request costs beside what it asks for: to prove who sent it, to read it and to answer.
pub const REQUEST_COST: usize = 50;

/// How long a request waits for a place at work before it is sent away.
const WAIT_FOR_PLACE: Duration = Duration::from_millis(500);

/// Callers remembered at once, and for how long after their last request: by then their buckets are full.
const CALLERS: u64 = 100_000;
const REMEMBERED: Duration = Duration::from_secs(10);

/// How much of a full bucket what is followed leaves to requests, as the time in which it comes back.
const LEFT_TO_REQUESTS: Duration = Duration::from_secs(1);

/// How much each caller, and all of them together, may ask for.
#[derive(Debug, Clone, Copy)]
pub struct BudgetOptions {
    /// The cost that one caller may spend in a second, on average; none: as much as they like.
    pub cost_per_second: Option<NonZeroU32>,
    /// The requests that one caller may send in a second, on average; none: as many as they like.
    pub requests_per_second: Option<NonZeroU32>,
    /// How many requests of one caller are worked on at a time.
    pub caller_requests: usize,
    /// How many reads of one caller the database is asked for at a time.
    pub caller_reads: usize,
    /// How many requests are worked on at a time.
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

/// Everybody's budgets.
#[derive(Debug)]
pub struct Budgets {
    options: BudgetOptions,
    everybody: Arc<Semaphore>,
    callers: Cache<(ActorKind, String), Arc<Budget>>,
}

impl Budgets {
    /// A budget for each caller.
    #[must_use]
    pub fn new(options: BudgetOptions) -> Self {
        Self {
            options,
            everybody: Arc::new(Semaphore::new(options.requests)),
            callers: Cache::builder()
                .max_capacity(CALLERS)
                .time_to_idle(REMEMBERED)
                .build(),
        }
    }

    /// This caller's.
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
    places: Arc<Semaphore>,
    everybody: Arc<Semaphore>,
    reads: Semaphore,
}

/// A place at work, for as long as it is kept.
#[derive(Debug)]
pub struct Place {
    _of_caller: OwnedSemaphorePermit,
    _of_everybody: OwnedSemaphorePermit,
}

/// More than a caller has left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OverBudget {
    /// What was to be spent.
    pub cost: usize,
    /// What is left.
    pub level: Option<Level>,
    /// After how long it may be spent.
    pub wait: Duration,
}

impl OverBudget {
    /// After how many whole seconds to come again.
    #[must_use]
    pub const fn retry_after(&self) -> u64 {
        self.wait.as_secs().saturating_add(1)
    }
}

/// Why there is no place at work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Busy {
    /// The caller has as many requests at work as they may.
    Caller,
    /// The service has.
    Service,
}

impl Budget {
    fn new(options: BudgetOptions, everybody: Arc<Semaphore>) -> Self {
        let now = Instant::now();
        let full = |per_second: Option<NonZeroU32>| per_second.map(|rate| Bucket::full(rate, now));
        Self {
            cost: full(options.cost_per_second),
            requests: full(options.requests_per_second),
            places: Arc::new(Semaphore::new(options.caller_requests)),
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

    /// Lets a request in, or says how long to wait before the next.
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

    /// Spends this much, or says how long to wait until it is there.
    ///
    /// # Errors
    /// When less than that is left.
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

    /// Spends this much when it is there, and leaves a part of the budget to requests.
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

    /// What is left; none where there is no limit.
    #[must_use]
    pub fn level(&self, now: Instant) -> Option<Level> {
        self.cost.as_ref().map(|bucket| bucket.level(now))
    }

    /// A place at work, for which a request waits for a moment.
    ///
    /// # Errors
    /// When there is none.
    pub async fn place(&self) -> Result<Place, Busy> {
        let of_caller = acquired(&self.places, Busy::Caller).await?;
        Ok(Place {
            _of_caller: of_caller,
            _of_everybody: acquired(&self.everybody, Busy::Service).await?,
        })
    }

    /// A place at the database, for which a read waits its turn. None once the service ends.
    pub(crate) async fn read(&self) -> Option<SemaphorePermit<'_>> {
        self.reads.acquire().await.ok()
    }
}

async fn acquired(places: &Arc<Semaphore>, otherwise: Busy) -> Result<OwnedSemaphorePermit, Busy> {
    let acquiring = Arc::clone(places).acquire_owned();
    let acquired = timeout(WAIT_FOR_PLACE, acquiring).await.ok();
    acquired.and_then(Result::ok).ok_or(otherwise)
}
