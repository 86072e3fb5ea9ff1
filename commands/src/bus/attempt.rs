//! One attempt at a command: read its streams, decide, append.

use std::collections::HashMap;

use chrono::SubsecRound;
use event_store::{AppendError, AppendRequest, Metadata, StreamId};

use super::{Command, CommandBus, idempotency::done};
use crate::{
    access::{Forbidden, Rule},
    context::CommandContext,
    error::{CommandError, Refusal},
    outgoing::Trace,
    request::{Done, Operation},
    unit_of_work::{CacheUpdate, Preloaded, UnitOfWork},
};

/// How an attempt ended.
pub(super) struct Attempt {
    pub(super) outcome: Result<Done, CommandError>,
    /// Another command changed a stream first, or the outcome rests on the cache, which may be outdated.
    pub(super) again: bool,
}

impl Attempt {
    fn last(outcome: Result<Done, CommandError>) -> Self {
        Self {
            outcome,
            again: false,
        }
    }
}

impl CommandBus {
    /// Makes one attempt. The first may use the cache; those after it read every stream.
    pub(super) async fn attempt<O: Operation>(&self, command: &Command<'_, O>, use_cache: bool) -> Attempt {
        let mut context = match self.preload(&command.read_set, use_cache).await {
            Ok(preloaded) => self.context(command, preloaded),
            Err(error) => return Attempt::last(Err(error)),
        };
        if let Err(error) = decide(command, &mut context).await {
            let by_rule = matches!(error, CommandError::Refused(_) | CommandError::Forbidden(_));
            return Attempt {
                outcome: Err(error),
                again: context.work.cache_used() && by_rule,
            };
        }
        self.commit(command, context).await
    }

    fn context<'a, O: Operation>(
        &'a self,
        command: &'a Command<'_, O>,
        preloaded: HashMap<StreamId, Preloaded>,
    ) -> CommandContext<'a> {
        let (bus, request) = (&*self.inner, command.request);
        let trace = Trace {
            correlation_id: request.correlation_id,
            causation_id: request.causation_id.clone(),
        };
        CommandContext {
            caller: &request.caller,
            rule: O::RULE,
            named_prison: None,
            caseload_checked: false,
            ports: &command.ports,
            at: request.occurred_at.unwrap_or_else(bus.clock).trunc_subsecs(6),
            policy: bus.policy,
            work: UnitOfWork::new(preloaded, trace, bus.links.as_ref()),
        }
    }

    /// Appends what was decided.
    async fn commit<O: Operation>(&self, command: &Command<'_, O>, context: CommandContext<'_>) -> Attempt {
        let version = context.work.version(&command.subject);
        let unchanged = Done {
            receipt: None,
            version,
        };
        let cache_used = context.work.cache_used();
        let finished = context.work.finish();
        if finished.writes.is_empty() {
            self.update_cache(finished.cache_updates);
            return Attempt {
                outcome: Ok(unchanged),
                again: cache_used,
            };
        }
        let request = command.request;
        let append = AppendRequest {
            command_id: command.id,
            request_hash: command.request_hash,
            metadata: Metadata {
                command_id: command.id,
                operation: O::NAME.to_owned(),
                correlation_id: request.correlation_id,
                causation_id: request.causation_id.clone(),
                actor: request.caller.actor.clone(),
                occurred_at: context.at,
                prison: context.named_prison.map(|prison| prison.to_string()),
                policy: Some(self.inner.policy.code().to_owned()),
            },
            writes: finished.writes,
            announcements: finished.messages,
        };
        match self.inner.log.append(append).await {
            Ok(receipt) => {
                if !receipt.replayed {
                    self.update_cache(finished.cache_updates);
                }
                Attempt::last(Ok(done(receipt, &command.subject, version)))
            }
            Err(AppendError::UnchangedBefore(_)) => Attempt::last(Ok(unchanged)),
            Err(AppendError::Conflict { stream, actual, .. }) => Attempt {
                outcome: Err(Refusal::VersionConflict {
                    actual: (stream == command.subject).then_some(actual),
                }
                .into()),
                again: true,
            },
            Err(error) => Attempt::last(Err(error.into())),
        }
    }

    fn update_cache(&self, updates: Vec<CacheUpdate>) {
        for update in updates {
            update(&self.cache);
        }
    }

    /// Takes streams from the cache and reads the others in one query.
    async fn preload(
        &self,
        streams: &[StreamId],
        use_cache: bool,
    ) -> Result<HashMap<StreamId, Preloaded>, CommandError> {
        let mut preloaded = HashMap::with_capacity(streams.len());
        let mut missing = Vec::new();
        for stream in streams {
            match self.cache.get(stream).filter(|_| use_cache) {
                Some(state) => {
                    preloaded.insert(stream.clone(), Preloaded::Cached(state));
                }
                None => missing.push(stream.clone()),
            }
        }
        if missing.is_empty() {
            return Ok(preloaded);
        }
        let events = self.inner.log.read_streams(&missing).await?;
        preloaded.extend(
            missing
                .into_iter()
                .map(|stream| (stream, Preloaded::Read(Vec::new()))),
        );
        for event in events {
            if let Some(Preloaded::Read(events)) = preloaded.get_mut(&event.stream) {
                events.push(event);
            }
        }
        Ok(preloaded)
    }
}

/// Decides, and checks what the operation must not forget: the caller's caseload, and the version that the caller stated.
async fn decide<O: Operation>(
    command: &Command<'_, O>,
    context: &mut CommandContext<'_>,
) -> Result<(), CommandError> {
    let request = command.request;
    if let Some(prison) = request.operation.prison() {
        context.in_prison(prison)?;
    }
    let decided = request.operation.decide(context).await;
    let caseload_unchecked = matches!(O::RULE, Rule::RoleInCaseload(_)) && !context.caseload_checked;
    let actual = context.work.version(&command.subject);
    let outdated = request
        .expected_version
        .is_some_and(|expected| expected != actual);
    let conflict = Refusal::VersionConflict { actual: Some(actual) };
    match decided {
        // Even a refusal discloses a case, so it waits until the case is known to be in the caller's caseload.
        Ok(()) | Err(CommandError::Refused(_)) if caseload_unchecked => Err(Forbidden::Caseload.into()),
        Ok(()) if !outdated => Ok(()),
        // A refusal about a version that the caller has not seen would mislead. Only the case's own prison learns its version.
        Ok(()) => Err(conflict.into()),
        Err(CommandError::Refused(refusal)) if refusal.is_of_another_prison() => Err(refusal.into()),
        Err(CommandError::Refused(_)) if outdated && context.work.contains(&command.subject) => {
            Err(conflict.into())
        }
        Err(error) => Err(error),
    }
}
