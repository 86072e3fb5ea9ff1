//! Streams for subscribers: all events after a position in order, first the recorded ones and then new ones.
//!
//! They read the log and not the notifications, so nothing is skipped, and a disconnected subscriber goes on from the
//! last position seen.

pub(crate) mod turns;

use std::{collections::VecDeque, sync::Arc};

use chrono::{DateTime, Utc};
use domain::{
    NomsNumber, PrisonCode,
    allocation::{AllocationEventKind, AllocationTrigger},
};
use event_store::{Position, RecordedEvent};
use futures::{Stream, TryStreamExt, future, stream};
use tokio::sync::watch;

use crate::{
    DomainEvent, EventFilter, ReadModelError, ReadModels, Source,
    engine::source::assert_recorded,
    envelope::{ALLOCATION, RowKey, SerializedEnvelope},
    subscriptions::turns::Turns,
};

/// Events read at once: there may be many subscribers, and each keeps a page.
const PAGE: u32 = 32;

/// Which changes of allocations.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ChangeFilter {
    /// Those at this prison.
    pub prison: Option<PrisonCode>,
    /// Those of this prisoner.
    pub noms: Option<NomsNumber>,
}

/// A change of an allocation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AllocationChange {
    /// Its position in the log.
    pub position: Position,
    /// Whose allocation.
    pub noms: NomsNumber,
    /// The version that the stream reached.
    pub version: u64,
    /// What happened.
    pub kind: AllocationEventKind,
    /// What triggered it.
    pub trigger: AllocationTrigger,
    /// Where.
    pub prison: Option<PrisonCode>,
    /// When it took effect, UTC.
    pub occurred_at: DateTime<Utc>,
    /// When it was recorded, UTC.
    pub recorded_at: DateTime<Utc>,
}

impl ReadModels {
    /// Changes of allocations after a position, or from now on; each only when the read models show it. Ends with an
    /// error when the log cannot be read; go on from the last position seen. Ends at once when the log ends before it.
    pub fn allocation_changes(
        &self,
        filter: ChangeFilter,
        after: Option<Position>,
    ) -> impl Stream<Item = Result<AllocationChange, ReadModelError>> + Send + use<> {
        let positions = self.tracker.positions();
        let start = after.unwrap_or_else(|| self.position());
        tail(self.log.clone(), self.turns.clone(), positions, start)
            .try_filter_map(|event| future::ready(change(&event)))
            .try_filter(move |change| {
                let wanted = filter.noms.is_none_or(|noms| noms == change.noms)
                    && filter.prison.is_none_or(|prison| Some(prison) == change.prison);
                future::ready(wanted)
            })
    }

    /// Events of the log after a position, or from now on. Ends as [`ReadModels::allocation_changes`] does.
    pub fn recorded_events(
        &self,
        filter: EventFilter,
        after: Option<Position>,
    ) -> impl Stream<Item = Result<RecordedEvent, ReadModelError>> + Send + use<> {
        let head = self.log.subscribe();
        let start = after.unwrap_or_else(|| *head.borrow());
        tail(self.log.clone(), self.turns.clone(), head, start)
            .try_filter(move |event| future::ready(filter.admits(event)))
    }
}

struct Tail {
    log: Arc<dyn Source>,
    turns: Arc<Turns>,
    /// The position up to which events may be sent.
    limit: watch::Receiver<Position>,
    read: Position,
    waiting: VecDeque<RecordedEvent>,
}

/// Every event after a position, as soon as the limit has passed it.
fn tail(
    log: Arc<dyn Source>,
    turns: Arc<Turns>,
    limit: watch::Receiver<Position>,
    after: Position,
) -> impl Stream<Item = Result<RecordedEvent, ReadModelError>> + Send {
    let tail = Tail {
        log,
        turns,
        limit,
        read: after,
        waiting: VecDeque::new(),
    };
    stream::try_unfold(tail, |mut tail| async move {
        Ok(tail.next().await?.map(|event| (event, tail)))
    })
}

impl Tail {
    /// The next event; none when the process ends.
    async fn next(&mut self) -> Result<Option<RecordedEvent>, ReadModelError> {
        while self.waiting.is_empty() {
            let read = self.read;
            let known = *self.limit.borrow();
            if known < read {
                assert_recorded(&*self.log, read).await?;
            }
            let Ok(limit) = self
                .limit
                .wait_for(|limit| *limit > read)
                .await
                .map(|limit| *limit)
            else {
                return Ok(None);
            };
            let allowed = u32::try_from(limit.get().saturating_sub(read.get())).unwrap_or(u32::MAX);
            let _turn = self.turns.take(allowed > PAGE).await;
            self.waiting = self.log.read_after(read, allowed.min(PAGE)).await?.into();
            let Some(last) = self.waiting.back() else {
                return Err(ReadModelError::Damaged(
                    format!("the log after position {read}").into(),
                ));
            };
            self.read = last.position;
        }
        Ok(self.waiting.pop_front())
    }
}

fn change(event: &RecordedEvent) -> Result<Option<AllocationChange>, ReadModelError> {
    if event.stream.category() != ALLOCATION {
        return Ok(None);
    }
    let Some(envelope) = SerializedEnvelope::from(event).envelope()? else {
        return Ok(None);
    };
    let (DomainEvent::Allocation(change), RowKey::Prisoner(noms)) = (&envelope.event, envelope.key) else {
        return Ok(None);
    };
    let context = event
        .decode_metadata()
        .ok()
        .and_then(|metadata| metadata.prison?.parse().ok());
    Ok(Some(AllocationChange {
        position: event.position,
        noms,
        version: event.version,
        kind: change.kind(),
        trigger: change.trigger(),
        prison: change.prison().or(context),
        occurred_at: envelope.origin.occurred_at,
        recorded_at: event.recorded_at,
    }))
}
