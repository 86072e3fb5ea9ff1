//! What happened, event by event: one prisoner's timeline, and the log as auditors page through it.

use chrono::{DateTime, Utc};
use domain::{CaseBefore, Description, DomainEvent, NomsNumber, PrisonCode};
use event_store::{Metadata, Position, RecordedEvent};
use tokio::task::consume_budget;

use crate::{
    AsOf, ReadModelError, ReadModels,
    engine::source::assert_recorded,
    envelope::{PRISONER, SerializedEnvelope, streams_of},
};

/// Events read at once during a filtered search: few, so that other tasks run in between.
const STRIDE: u32 = 200;
/// Strides of one request: a rare event may take several requests to find, none of which takes long.
const STRIDES: u32 = 100;
/// Items of the longest page.
const LONGEST_PAGE: u32 = 1000;

/// Something that happened to a prisoner, or around them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TimelineItem {
    /// Its position in the log.
    pub position: Position,
    /// Its name.
    pub event_type: String,
    /// When it was recorded, UTC.
    pub recorded_at: DateTime<Utc>,
    /// Who, why and when.
    pub metadata: Metadata,
    /// The event.
    pub event: DomainEvent,
    /// The event in words.
    pub description: Description,
}

/// A part of a timeline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TimelinePage {
    /// Newest first.
    pub items: Vec<TimelineItem>,
    /// How many items the whole timeline has.
    pub total: u64,
    /// Whether there are older items.
    pub has_next: bool,
}

/// Which events; all conditions must hold, and an empty list lets everything through.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EventFilter {
    /// Of these kinds of streams, such as `allocation`.
    pub categories: Vec<String>,
    /// With these names.
    pub event_types: Vec<String>,
    /// Of this prisoner's streams.
    pub noms: Option<NomsNumber>,
    /// At this prison, or in its context when the event does not say where.
    pub prison: Option<PrisonCode>,
}

/// A part of the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventPage {
    /// Oldest first. May be fewer than asked for, even none, although there are more.
    pub events: Vec<RecordedEvent>,
    /// The position after which the next page begins.
    pub next: Position,
    /// Whether there may be more after `next`.
    pub has_next: bool,
}

impl EventFilter {
    /// Whether an event is let through.
    #[must_use]
    pub fn admits(&self, event: &RecordedEvent) -> bool {
        let one_of =
            |wanted: &[String], given: &str| wanted.is_empty() || wanted.iter().any(|one| one == given);
        one_of(&self.categories, event.stream.category())
            && one_of(&self.event_types, &event.event_type)
            && self.noms.is_none_or(|noms| event.stream.key() == noms.as_str())
            && self.prison.is_none_or(|prison| happened_at(event, prison))
    }
}

/// Whether an event happened at a prison: by its own data, or else by its context.
fn happened_at(event: &RecordedEvent, prison: PrisonCode) -> bool {
    // The text of most events shows without parsing that they do not name that prison.
    let named = |text: &str| text.contains(prison.as_str());
    if !named(&event.payload) && !named(&event.metadata) {
        return false;
    }
    let decoded = SerializedEnvelope::from(event).envelope().ok().flatten();
    match decoded.and_then(|envelope| envelope.event.prison()) {
        Some(said) => said == prison,
        None => event
            .decode_metadata()
            .is_ok_and(|metadata| metadata.prison.as_deref() == Some(prison.as_str())),
    }
}

impl ReadModels {
    /// What had happened to a prisoner as of then, or up to now, newest first: up to `first` items older than `after`.
    ///
    /// # Errors
    /// When the log cannot be read or holds an event that cannot be understood.
    pub async fn timeline(
        &self,
        noms: NomsNumber,
        first: u32,
        after: Option<Position>,
        as_of: Option<AsOf>,
    ) -> Result<TimelinePage, ReadModelError> {
        let mut events = self.past(&streams_of(noms)).await?;
        if let Some(after) = after
            && events.last().is_none_or(|newest| newest.position < after)
        {
            assert_recorded(&*self.log, after).await?;
        }
        events.retain(|event| as_of.is_none_or(|at| at.includes(event)));
        let length = usize::try_from(first.min(LONGEST_PAGE)).unwrap_or(usize::MAX);
        let older = events.partition_point(|event| after.is_none_or(|after| event.position < after));
        let skipped = older.saturating_sub(length);
        let mut items = described(events.get(..older).unwrap_or_default(), skipped).await?;
        items.reverse();
        Ok(TimelinePage {
            items,
            total: u64::try_from(events.len()).unwrap_or(u64::MAX),
            has_next: skipped > 0,
        })
    }

    /// The log as auditors read it: up to `first` events after a position that a filter lets through.
    ///
    /// # Errors
    /// [`ReadModelError::BeyondLog`], or when the log cannot be read.
    pub async fn events(
        &self,
        filter: &EventFilter,
        after: Position,
        first: u32,
    ) -> Result<EventPage, ReadModelError> {
        let page = self.events_after(filter, after, first).await?;
        if page.next == after && after > Position::START {
            assert_recorded(&*self.log, after).await?;
        }
        Ok(page)
    }

    async fn events_after(
        &self,
        filter: &EventFilter,
        after: Position,
        first: u32,
    ) -> Result<EventPage, ReadModelError> {
        let length = usize::try_from(first.min(LONGEST_PAGE)).unwrap_or(usize::MAX);
        let mut page = EventPage {
            events: Vec::new(),
            next: after,
            has_next: true,
        };
        if let Some(noms) = filter.noms {
            let past = self.past(&streams_of(noms)).await?;
            page.has_next = !page.take(
                past.into_iter().filter(|event| event.position > after),
                filter,
                length,
            );
            return Ok(page);
        }
        // Without a filter every event is wanted: one more than the page tells whether there are more.
        let stride = if *filter == EventFilter::default() {
            first.min(LONGEST_PAGE).saturating_add(1)
        } else {
            STRIDE
        };
        for _ in 0..STRIDES {
            let events = self.log.read_after(page.next, stride).await?;
            let at_the_end = u32::try_from(events.len()).is_ok_and(|read| read < stride);
            let all_seen = page.take(events.into_iter(), filter, length);
            page.has_next = !(all_seen && at_the_end);
            if !page.has_next || page.events.len() >= length {
                break;
            }
        }
        Ok(page)
    }
}

impl EventPage {
    /// Adds events until the page is full; whether it came to the last of them.
    fn take(
        &mut self,
        events: impl Iterator<Item = RecordedEvent>,
        filter: &EventFilter,
        length: usize,
    ) -> bool {
        for event in events {
            if self.events.len() >= length {
                return false;
            }
            self.next = event.position;
            if filter.admits(&event) {
                self.events.push(event);
            }
        }
        true
    }
}

/// Describes the events of a history from the one at `from` on; those before it are only applied.
async fn described(events: &[RecordedEvent], from: usize) -> Result<Vec<TimelineItem>, ReadModelError> {
    let mut before = CaseBefore::default();
    let mut items = Vec::with_capacity(events.len().saturating_sub(from));
    for (index, event) in events.iter().enumerate() {
        // A long history must not keep other tasks from the thread.
        consume_budget().await;
        let is_shown = index >= from;
        if !is_shown && event.stream.category() == PRISONER {
            // No later description depends on it.
            continue;
        }
        let Some(envelope) = SerializedEnvelope::from(event).envelope()? else {
            continue;
        };
        if is_shown {
            let description = before.describe_next(&envelope.event);
            items.push(item(event, envelope.event, description)?);
        } else {
            before.apply(&envelope.event);
        }
    }
    Ok(items)
}

fn item(
    recorded: &RecordedEvent,
    event: DomainEvent,
    description: Description,
) -> Result<TimelineItem, ReadModelError> {
    let position = recorded.position;
    let metadata = recorded.decode_metadata().map_err(|_| {
        ReadModelError::Damaged(format!("the metadata of the event at position {position}").into())
    })?;
    Ok(TimelineItem {
        position,
        event_type: recorded.event_type.clone(),
        recorded_at: recorded.recorded_at,
        metadata,
        event,
        description,
    })
}
