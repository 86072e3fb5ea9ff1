//! Repeated deliveries of a command: each has the effect and the answer of the first.

use event_store::{Outcome, Receipt, StreamId};
use sha2::{Digest, Sha256};

use super::{Command, CommandBus};
use crate::{
    error::{CommandError, LogError, Refusal},
    request::{Done, Operation, Request},
};

impl CommandBus {
    /// Records that the command changed nothing, so that a later delivery changes nothing either.
    pub(super) async fn record_noop<O: Operation>(
        &self,
        command: &Command<'_, O>,
        unchanged: Done,
    ) -> Result<Done, CommandError> {
        let recorded = self.inner.log.record_noop(command.id, command.request_hash);
        match recorded.await? {
            Outcome::Unchanged => Ok(unchanged),
            Outcome::Recorded(receipt) => Ok(replayed(receipt, &command.subject)),
        }
    }

    /// The outcome of an earlier delivery: what is refused now, or lacks a fact, may have succeeded then.
    pub(super) async fn earlier_outcome<O: Operation>(
        &self,
        command: &Command<'_, O>,
    ) -> Result<Option<Done>, CommandError> {
        match self.inner.log.receipt(command.id).await? {
            None => Ok(None),
            Some((_, hash)) if hash != command.request_hash => Err(Refusal::CommandIdReused.into()),
            Some((Outcome::Recorded(receipt), _)) => Ok(Some(replayed(receipt, &command.subject))),
            Some((Outcome::Unchanged, _)) => Ok(Some(Done {
                receipt: None,
                version: 0,
            })),
        }
    }
}

/// The answer to a recorded command; `otherwise` is the subject's version if the command did not write to it.
pub(super) fn done(receipt: Receipt, subject: &StreamId, otherwise: u64) -> Done {
    let version = receipt.versions.get(subject).copied().unwrap_or(otherwise);
    Done {
        receipt: Some(receipt),
        version,
    }
}

/// The answer to a later delivery of a recorded command.
fn replayed(receipt: Receipt, subject: &StreamId) -> Done {
    let receipt = Receipt {
        replayed: true,
        ..receipt
    };
    done(receipt, subject, 0)
}

/// Tells a retry from another request with the same id: operation, caller and expected version.
pub(super) fn request_hash<O: Operation>(request: &Request<O>) -> Result<[u8; 32], CommandError> {
    let asked = (
        O::NAME,
        &request.operation,
        &request.caller.actor.id,
        request.expected_version,
    );
    let mut hasher = Sha256::new();
    serde_json::to_writer(&mut hasher, &asked)
        .map_err(|error| CommandError::Internal(LogError::Encode(error.to_string())))?;
    Ok(hasher.finalize().into())
}
