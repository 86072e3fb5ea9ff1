//! Everything about a request that can be done before its turn comes: checks, canonical JSON, digests.
//!
//! It runs in the caller's task, so that the one writer has nothing left to do but chain hashes.

use std::{collections::BTreeSet, sync::Arc};

use chrono::{DateTime, SubsecRound, Utc};
use uuid::Uuid;

use crate::{
    Announcement, AppendError, AppendRequest, Expected, Metadata, NewEvent, StreamId,
    canonical::{NotCanonical, canonical},
    chain::{Content, Hash},
};

/// A request that can be recorded as it is. What a plan keeps of it is shared, not copied.
#[derive(Debug)]
pub(crate) struct Prepared {
    pub(crate) command_id: Uuid,
    pub(crate) request_hash: Hash,
    pub(crate) occurred_at: DateTime<Utc>,
    pub(crate) metadata: Arc<str>,
    pub(crate) writes: Vec<PreparedWrite>,
    pub(crate) announcements: Vec<Arc<Announcement>>,
}

#[derive(Debug)]
pub(crate) struct PreparedWrite {
    pub(crate) stream: StreamId,
    pub(crate) expected: Expected,
    pub(crate) events: Vec<Arc<PreparedEvent>>,
}

#[derive(Debug)]
pub(crate) struct PreparedEvent {
    pub(crate) event_id: Uuid,
    pub(crate) event_type: String,
    pub(crate) schema_version: i16,
    pub(crate) payload: String,
    pub(crate) content: Hash,
}

impl Prepared {
    /// About how many bytes the database will be sent.
    pub(crate) fn bytes(&self) -> usize {
        self.writes
            .iter()
            .flat_map(|write| &write.events)
            .map(|event| {
                event
                    .payload
                    .len()
                    .saturating_add(self.metadata.len())
                    .saturating_add(256)
            })
            .fold(0, usize::saturating_add)
    }
}

/// Checks a request whose personal values are sealed already, and works out what does not depend on its place.
pub(crate) fn prepare(request: AppendRequest) -> Result<Prepared, AppendError> {
    check_shape(&request)?;
    let metadata = metadata_text(&request.metadata)?;
    let writes = request
        .writes
        .into_iter()
        .map(|write| prepare_write(write.stream, write.expected, write.events, &metadata))
        .collect::<Result<_, _>>()?;
    Ok(Prepared {
        command_id: request.command_id,
        request_hash: request.request_hash,
        // Postgres keeps microseconds; what is promised must be what is stored.
        occurred_at: request.metadata.occurred_at.trunc_subsecs(6),
        metadata: metadata.into(),
        writes,
        announcements: request.announcements.into_iter().map(Arc::new).collect(),
    })
}

fn check_shape(request: &AppendRequest) -> Result<(), AppendError> {
    if request.writes.iter().all(|write| write.events.is_empty()) {
        return Err(invalid(
            "it has no events: a command that changes nothing appends nothing",
        ));
    }
    let mut seen = BTreeSet::new();
    if let Some(twice) = request.writes.iter().find(|write| !seen.insert(&write.stream)) {
        return Err(invalid(format!(
            "it names stream {} twice: put all its events into one write",
            twice.stream
        )));
    }
    let nul = |text: &str| text.contains('\0');
    let nul_in_name = request
        .writes
        .iter()
        .any(|write| nul(write.stream.as_str()) || write.events.iter().any(|event| nul(&event.event_type)));
    let nul_in_message = request
        .announcements
        .iter()
        .any(|a| nul(&a.key) || nul(&a.event_type));
    if nul_in_name || nul_in_message {
        return Err(invalid(NotCanonical::NulCharacter));
    }
    let unannounceable = request.announcements.iter().find(|announcement| {
        let write = request
            .writes
            .iter()
            .find(|write| write.stream == announcement.stream);
        write.is_none_or(|write| announcement.event >= write.events.len())
    });
    match unannounceable {
        Some(a) => Err(invalid(format!(
            "it announces event {} of {}, which it does not append",
            a.event, a.stream
        ))),
        None => Ok(()),
    }
}

fn metadata_text(metadata: &Metadata) -> Result<String, AppendError> {
    let value = serde_json::to_value(metadata).map_err(|_| invalid(NotCanonical::Json))?;
    canonical(&value).map_err(|why| invalid(format!("its metadata is not acceptable: {why}")))
}

fn prepare_write(
    stream: StreamId,
    expected: Expected,
    events: Vec<NewEvent>,
    metadata: &str,
) -> Result<PreparedWrite, AppendError> {
    let events = events
        .into_iter()
        .map(|event| prepare_event(&stream, event, metadata).map(Arc::new))
        .collect::<Result<_, _>>()?;
    Ok(PreparedWrite {
        stream,
        expected,
        events,
    })
}

fn prepare_event(stream: &StreamId, event: NewEvent, metadata: &str) -> Result<PreparedEvent, AppendError> {
    let payload = canonical(&event.payload).map_err(|why| {
        invalid(format!(
            "event {} of {stream} is not acceptable: {why}",
            event.event_type
        ))
    })?;
    let content = Content {
        stream,
        event_id: event.event_id,
        event_type: &event.event_type,
        schema_version: event.schema_version,
        payload: &payload,
        metadata,
    }
    .digest();
    Ok(PreparedEvent {
        event_id: event.event_id,
        event_type: event.event_type,
        schema_version: event.schema_version,
        payload,
        content,
    })
}

#[expect(clippy::needless_pass_by_value, reason = "made for map_err")]
pub(crate) fn invalid(why: impl ToString) -> AppendError {
    AppendError::Invalid(why.to_string().into())
}
