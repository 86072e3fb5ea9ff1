//! The one way in: authorise, read, decide, append, answer. Nothing changes business data by another way.
//!
//! `attempt` makes one attempt at an operation, `idempotency` answers repeated deliveries, `cache` keeps recent streams.

mod attempt;
mod cache;
mod idempotency;

use std::{sync::Arc, time::Instant};

use chrono::{DateTime, Utc};
use domain::{PrisonCode, StaffId, policy::PolicyVersion};
use event_store::{Log, StreamId};
use tokio::sync::broadcast;
use tracing::Instrument;
use uuid::Uuid;

pub(crate) use self::cache::{CachedState, Loaded, StreamCache};
use self::idempotency::request_hash;
use crate::{
    access::{Forbidden, Rule},
    error::{CommandError, Refusal},
    outgoing::Links,
    ports::{MemoisedPorts, Ports},
    request::{Done, Operation, Request},
    streams::stream_id,
};

/// How many times an operation is decided when others keep changing its streams.
const MAX_ATTEMPTS: u32 = 8;

/// How many streams are cached: some 40 MB.
const CACHE_CAPACITY: usize = 32_768;

/// How many chosen POMs wait for their receivers; beyond that the oldest are dropped.
const CHOSEN_POMS_CAPACITY: usize = 256;

/// The parts of a bus.
pub struct BusOptions {
    /// Where events go.
    pub log: Arc<dyn Log>,
    /// Where facts of other services come from.
    pub ports: Ports,
    /// The current time, UTC.
    pub clock: fn() -> DateTime<Utc>,
    /// The policy in force.
    pub policy: PolicyVersion,
    /// Addresses in messages; without them messages are numbered and never sent.
    pub links: Option<Links>,
}

/// The command bus.
#[derive(Clone)]
pub struct CommandBus {
    inner: Arc<BusOptions>,
    cache: StreamCache,
    chosen: broadcast::Sender<(PrisonCode, StaffId)>,
}

/// A request, prepared for its attempts.
struct Command<'a, O> {
    request: &'a Request<O>,
    id: Uuid,
    request_hash: [u8; 32],
    subject: StreamId,
    read_set: Vec<StreamId>,
    ports: MemoisedPorts<'a>,
}

impl CommandBus {
    /// A bus over a log.
    #[must_use]
    pub fn new(options: BusOptions) -> Self {
        Self {
            inner: Arc::new(options),
            cache: StreamCache::new(CACHE_CAPACITY),
            chosen: broadcast::Sender::new(CHOSEN_POMS_CAPACITY),
        }
    }

    /// The policy in force.
    #[must_use]
    pub fn policy(&self) -> PolicyVersion {
        self.inner.policy
    }

    /// The log behind the bus.
    #[must_use]
    pub fn log(&self) -> &Arc<dyn Log> {
        &self.inner.log
    }

    /// The time by the bus's clock, UTC.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        (self.inner.clock)()
    }

    /// Receives each POM who is put on a case from now on.
    #[must_use]
    pub fn chosen_poms(&self) -> broadcast::Receiver<(PrisonCode, StaffId)> {
        self.chosen.subscribe()
    }

    /// Executes an operation. All operations go through here.
    ///
    /// # Errors
    /// When the caller may not, the rules do not allow it, or something it needs is not available.
    pub async fn execute<O: Operation>(&self, request: Request<O>) -> Result<Done, CommandError> {
        let started = Instant::now();
        let span = tracing::info_span!("command", operation = O::NAME, correlation = %request.correlation_id);
        let outcome = self.execute_once(&request).instrument(span).await;
        let result = match &outcome {
            Ok(done) if done.receipt.is_none() => "unchanged",
            Ok(done) if done.replayed() => "replayed",
            Ok(_) => "done",
            Err(CommandError::Refused(_)) => "refused",
            Err(CommandError::Forbidden(_)) => "forbidden",
            Err(_) => "failed",
        };
        if let (Some(pom), "done") = (request.operation.chosen_pom(), result) {
            // Without a receiver nobody looks them up.
            self.chosen.send(pom).ok();
        }
        metrics::counter!("commands_total", "operation" => O::NAME, "result" => result).increment(1);
        metrics::histogram!("command_seconds", "operation" => O::NAME).record(started.elapsed());
        outcome
    }

    /// Executes a request, once however often it is delivered.
    async fn execute_once<O: Operation>(&self, request: &Request<O>) -> Result<Done, CommandError> {
        authorise(request)?;
        let command = Command {
            request,
            id: request.command_id.unwrap_or_else(Uuid::now_v7),
            request_hash: request_hash(request)?,
            subject: stream_id(request.operation.subject()),
            read_set: request.operation.read_set().into_iter().map(stream_id).collect(),
            ports: MemoisedPorts::new(&self.inner.ports),
        };
        let outcome = self.attempt_repeatedly(&command).await;
        match outcome {
            Ok(Done { receipt: Some(_), .. }) => outcome,
            Ok(unchanged) if request.command_id.is_some() => self.record_noop(&command, unchanged).await,
            Err(CommandError::Refused(_) | CommandError::Forbidden(_) | CommandError::FactUnavailable(_))
                if request.command_id.is_some() =>
            {
                self.earlier_outcome(&command).await?.map_or(outcome, Ok)
            }
            other => other,
        }
    }

    /// Attempts a command until nobody else has changed its streams meanwhile.
    async fn attempt_repeatedly<O: Operation>(&self, command: &Command<'_, O>) -> Result<Done, CommandError> {
        let mut outcome = Err(CommandError::Overloaded);
        for attempt in 0..MAX_ATTEMPTS {
            let attempted = self.attempt(command, attempt == 0).await;
            if !attempted.again {
                return attempted.outcome;
            }
            // A caller who stated an outdated version learns it from the decision. The others lost every race.
            outcome = match attempted.outcome {
                Err(CommandError::Refused(Refusal::VersionConflict { .. })) => Err(CommandError::Overloaded),
                other => other,
            };
            self.cache.forget(&command.read_set);
        }
        outcome
    }
}

/// Checks the caller's roles first, so that nobody without one learns whether a stream exists. The prison is checked in
/// the decision.
fn authorise<O: Operation>(request: &Request<O>) -> Result<(), Forbidden> {
    match (O::RULE, request.operation.prison()) {
        (Rule::RoleInCaseload(roles), None) => Rule::Role(roles).check(&request.caller, None),
        (rule, prison) => rule.check(&request.caller, prison),
    }
}
