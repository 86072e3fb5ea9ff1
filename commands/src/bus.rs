//! The one way in: authorise, load, decide, append, answer. Nothing changes business data by another way.

use std::{collections::HashMap, sync::Arc, time::Instant};

use chrono::{DateTime, SubsecRound, Utc};
use domain::{PrisonCode, StaffId, policy::PolicyVersion};
use event_store::{AppendError, AppendRequest, Log, Metadata, Outcome, Receipt, StreamId};
use sha2::{Digest, Sha256};
use tokio::sync::broadcast;
use tracing::Instrument;
use uuid::Uuid;

use crate::{
    access::{Forbidden, Rule},
    cache::StreamCache,
    desk::{Brought, Desk, Papers, Remember},
    error::{CommandError, LogTrouble, Refusal},
    outgoing::Links,
    ports::{MemoisedPorts, Ports},
    request::{Done, Operation, Request},
    streams::stream_id,
};

/// How often an operation is decided anew because someone else was quicker.
const ATTEMPTS: u32 = 8;

/// How many streams are remembered: some 40 MB.
const REMEMBERED_STREAMS: usize = 32_768;

/// How many chosen POMs wait for whoever looks them up; the oldest are left out beyond.
const REMEMBERED_CHOICES: usize = 256;

/// What the bus is made of.
pub struct BusOptions {
    /// Where events go.
    pub log: Arc<dyn Log>,
    /// Where facts of other services come from.
    pub ports: Ports,
    /// What time it is, UTC.
    pub clock: fn() -> DateTime<Utc>,
    /// The policy in force.
    pub policy: PolicyVersion,
    /// Addresses that messages point to; without them messages count and are never sent.
    pub links: Option<Links>,
}

/// The command bus.
#[derive(Clone)]
pub struct CommandBus {
    inner: Arc<BusOptions>,
    cache: StreamCache,
    chosen: broadcast::Sender<(PrisonCode, StaffId)>,
}

/// One try at an operation.
struct Attempt {
    outcome: Result<Done, CommandError>,
    /// Someone else was quicker, or the outcome may be due to something remembered that is no longer so.
    again: bool,
}

impl Attempt {
    fn settled(outcome: Result<Done, CommandError>) -> Self {
        Self {
            outcome,
            again: false,
        }
    }
}

impl CommandBus {
    /// A bus over a log.
    #[must_use]
    pub fn new(options: BusOptions) -> Self {
        Self {
            inner: Arc::new(options),
            cache: StreamCache::new(REMEMBERED_STREAMS),
            chosen: broadcast::Sender::new(REMEMBERED_CHOICES),
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

    /// What time the bus takes it to be, UTC.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        (self.inner.clock)()
    }

    /// Tells of each POM who was put on a case from now on.
    #[must_use]
    pub fn chosen_poms(&self) -> broadcast::Receiver<(PrisonCode, StaffId)> {
        self.chosen.subscribe()
    }

    /// Does an operation, or says why not. The one wrapper through which all of them go.
    ///
    /// # Errors
    /// When the caller may not, the rules do not allow it, or something it needs is not available.
    pub async fn execute<O: Operation>(&self, request: Request<O>) -> Result<Done, CommandError> {
        let started = Instant::now();
        let span = tracing::info_span!("command", operation = O::NAME, correlation = %request.correlation_id);
        let outcome = self.settle(&request).instrument(span).await;
        let result = match &outcome {
            Ok(done) if done.receipt.is_none() => "unchanged",
            Ok(done) if done.replayed() => "replayed",
            Ok(_) => "done",
            Err(CommandError::Refused(_)) => "refused",
            Err(CommandError::Forbidden(_)) => "forbidden",
            Err(_) => "failed",
        };
        if let (Some(pom), "done") = (request.operation.chosen_pom(), result) {
            // Where nobody listens nobody looks them up.
            self.chosen.send(pom).ok();
        }
        metrics::counter!("commands_total", "operation" => O::NAME, "result" => result).increment(1);
        metrics::histogram!("command_seconds", "operation" => O::NAME).record(started.elapsed());
        outcome
    }

    async fn settle<O: Operation>(&self, request: &Request<O>) -> Result<Done, CommandError> {
        authorise(request)?;
        let command_id = request.command_id.unwrap_or_else(Uuid::now_v7);
        let request_hash = hash_of(request)?;
        let subject = stream_id(request.operation.subject());
        let rests_on: Vec<StreamId> = request.operation.rests_on().into_iter().map(stream_id).collect();
        let ports = MemoisedPorts::new(&self.inner.ports);
        let mut outcome = Err(CommandError::Overloaded);
        for attempt in 0..ATTEMPTS {
            let tried = self
                .attempt(
                    request,
                    (&subject, &rests_on),
                    (command_id, request_hash),
                    &ports,
                    attempt == 0,
                )
                .await;
            if !tried.again {
                outcome = tried.outcome;
                break;
            }
            // Whoever stated a version that is not so any more is told by the decision. The others lost a race every time.
            outcome = match tried.outcome {
                Err(CommandError::Refused(Refusal::VersionConflict { .. })) => Err(CommandError::Overloaded),
                other => other,
            };
            self.cache.forget(&rests_on);
        }
        match outcome {
            Ok(Done { receipt: Some(_), .. }) => outcome,
            Ok(unchanged) if request.command_id.is_some() => {
                self.leave_unchanged(command_id, request_hash, &subject, unchanged)
                    .await
            }
            Err(CommandError::Refused(_) | CommandError::Forbidden(_) | CommandError::FactUnavailable(_))
                if request.command_id.is_some() =>
            {
                self.answered_before(command_id, request_hash, &subject)
                    .await?
                    .map_or(outcome, Ok)
            }
            other => other,
        }
    }

    async fn attempt<O: Operation>(
        &self,
        request: &Request<O>,
        (subject, rests_on): (&StreamId, &[StreamId]),
        (command_id, request_hash): (Uuid, [u8; 32]),
        ports: &MemoisedPorts<'_>,
        from_memory: bool,
    ) -> Attempt {
        let mut papers = match self.bring(rests_on, from_memory).await {
            Ok(brought) => Papers::new(brought),
            Err(error) => return Attempt::settled(Err(error)),
        };
        let decided = self.decide(request, subject, &mut papers, ports).await;
        let memory_used = papers.memory_used();
        let (announcements, at, prison) = match decided {
            Ok(decided) => decided,
            Err(error) => {
                let by_rule = matches!(error, CommandError::Refused(_) | CommandError::Forbidden(_));
                return Attempt {
                    outcome: Err(error),
                    again: memory_used && by_rule,
                };
            }
        };
        let version = papers.version(subject);
        let (writes, remember) = papers.take();
        if writes.is_empty() {
            self.remember(remember);
            return Attempt {
                outcome: Ok(Done {
                    receipt: None,
                    version,
                }),
                again: memory_used,
            };
        }
        let metadata = Metadata {
            command_id,
            operation: O::NAME.to_owned(),
            correlation_id: request.correlation_id,
            causation_id: request.causation_id.clone(),
            actor: request.caller.actor.clone(),
            occurred_at: at,
            prison,
            policy: Some(self.inner.policy.code().to_owned()),
        };
        let append = AppendRequest {
            command_id,
            request_hash,
            metadata,
            writes,
            announcements,
        };
        match self.inner.log.append(append).await {
            Ok(receipt) => {
                if !receipt.replayed {
                    self.remember(remember);
                }
                Attempt::settled(Ok(done(receipt, subject, version)))
            }
            Err(AppendError::UnchangedBefore(_)) => Attempt::settled(Ok(Done {
                receipt: None,
                version,
            })),
            Err(AppendError::Conflict { stream, actual, .. }) => Attempt {
                outcome: Err(Refusal::VersionConflict {
                    actual: (stream == *subject).then_some(actual),
                }
                .into()),
                again: true,
            },
            Err(error) => Attempt::settled(Err(error.into())),
        }
    }

    fn remember(&self, all: Vec<Remember>) {
        for remember in all {
            remember(&self.cache);
        }
    }

    async fn decide<O: Operation>(
        &self,
        request: &Request<O>,
        subject: &StreamId,
        papers: &mut Papers,
        ports: &MemoisedPorts<'_>,
    ) -> Result<Decided, CommandError> {
        let bus = &*self.inner;
        let mut desk = Desk {
            caller: &request.caller,
            rule: O::RULE,
            named_prison: None,
            caseload_checked: false,
            ports,
            links: bus.links.as_ref(),
            at: request.occurred_at.unwrap_or_else(bus.clock).trunc_subsecs(6),
            policy: bus.policy,
            papers: std::mem::take(papers),
            trace: (request.correlation_id, request.causation_id.clone()),
            announcements: Vec::new(),
        };
        if let Some(prison) = request.operation.prison() {
            desk.in_prison(prison)?;
        }
        let decided = request.operation.decide(&mut desk).await;
        let bound_elsewhere = matches!(O::RULE, Rule::RoleInCaseload(_)) && !desk.caseload_checked;
        let (announcements, at) = (desk.announcements, desk.at);
        let prison = desk.named_prison.map(|prison| prison.to_string());
        *papers = desk.papers;
        let actual = papers.version(subject);
        let outdated = request
            .expected_version
            .is_some_and(|expected| expected != actual);
        let conflict = Refusal::VersionConflict { actual: Some(actual) };
        match decided {
            // Not even a refusal may tell of a case before it is known to be one of the caller's.
            Ok(()) | Err(CommandError::Refused(_)) if bound_elsewhere => Err(Forbidden::Caseload.into()),
            Ok(()) if !outdated => Ok((announcements, at, prison)),
            // What a rule says of a case that the caller has not seen would only mislead. But the version of a case is
            // told at its prison only.
            Ok(()) => Err(conflict.into()),
            Err(CommandError::Refused(refusal)) if refusal.is_of_another_prison() => Err(refusal.into()),
            Err(CommandError::Refused(_)) if outdated && papers.holds(subject) => Err(conflict.into()),
            Err(error) => Err(error),
        }
    }

    /// Reads the streams together, but for those that are remembered.
    async fn bring(
        &self,
        streams: &[StreamId],
        from_memory: bool,
    ) -> Result<HashMap<StreamId, Brought>, CommandError> {
        let mut brought = HashMap::with_capacity(streams.len());
        let mut wanted = Vec::new();
        for stream in streams {
            match self.cache.get(stream).filter(|_| from_memory) {
                Some(state) => {
                    brought.insert(stream.clone(), Brought::Remembered(state));
                }
                None => wanted.push(stream.clone()),
            }
        }
        if wanted.is_empty() {
            return Ok(brought);
        }
        let events = self.inner.log.read_streams(&wanted).await?;
        brought.extend(
            wanted
                .into_iter()
                .map(|stream| (stream, Brought::Read(Vec::new()))),
        );
        for event in events {
            if let Some(Brought::Read(events)) = brought.get_mut(&event.stream) {
                events.push(event);
            }
        }
        Ok(brought)
    }

    /// Keeps that there was nothing to do: delivered once more, when there may be, the command still does nothing.
    async fn leave_unchanged(
        &self,
        command_id: Uuid,
        request_hash: [u8; 32],
        subject: &StreamId,
        unchanged: Done,
    ) -> Result<Done, CommandError> {
        match self.inner.log.leave_unchanged(command_id, request_hash).await? {
            Outcome::Unchanged => Ok(unchanged),
            Outcome::Recorded(receipt) => Ok(replayed(receipt, subject)),
        }
    }

    /// The answer to an earlier delivery: what is refused now, is another prison's or lacks a fact may have been done
    /// then.
    async fn answered_before(
        &self,
        command_id: Uuid,
        request_hash: [u8; 32],
        subject: &StreamId,
    ) -> Result<Option<Done>, CommandError> {
        match self.inner.log.receipt(command_id).await? {
            None => Ok(None),
            Some((_, hash)) if hash != request_hash => Err(Refusal::CommandIdReused.into()),
            Some((Outcome::Recorded(receipt), _)) => Ok(Some(replayed(receipt, subject))),
            Some((Outcome::Unchanged, _)) => Ok(Some(Done {
                receipt: None,
                version: 0,
            })),
        }
    }
}

type Decided = (Vec<event_store::Announcement>, DateTime<Utc>, Option<String>);

fn done(receipt: Receipt, subject: &StreamId, otherwise: u64) -> Done {
    let version = receipt.versions.get(subject).copied().unwrap_or(otherwise);
    Done {
        receipt: Some(receipt),
        version,
    }
}

/// The answer to another delivery of what was recorded.
fn replayed(receipt: Receipt, subject: &StreamId) -> Done {
    let receipt = Receipt {
        replayed: true,
        ..receipt
    };
    done(receipt, subject, 0)
}

/// Roles first, so that nobody without one learns anything, not even whether a stream exists; the prison follows on the desk.
fn authorise<O: Operation>(request: &Request<O>) -> Result<(), Forbidden> {
    match (O::RULE, request.operation.prison()) {
        (Rule::RoleInCaseload(roles), None) => Rule::Role(roles).check(&request.caller, None),
        (rule, prison) => rule.check(&request.caller, prison),
    }
}

/// Tells a retry from another request under the same id: what was asked, by whom, resting on which version.
fn hash_of<O: Operation>(request: &Request<O>) -> Result<[u8; 32], CommandError> {
    let asked = (
        O::NAME,
        &request.operation,
        &request.caller.actor.id,
        request.expected_version,
    );
    let mut hasher = Sha256::new();
    serde_json::to_writer(&mut hasher, &asked)
        .map_err(|error| CommandError::Internal(LogTrouble::Encode(error.to_string())))?;
    Ok(hasher.finalize().into())
}
