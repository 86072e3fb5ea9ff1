//! Decides what a batch of requests adds to the log. Pure: no clock, no I/O, the same answer every time.
//!
//! A request is taken as a whole or not at all, in the order of the batch, and sees what those before it did.

#[cfg(test)]
mod model;

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
};

use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

use crate::{
    Announcement, AppendError, Expected, Outcome, Placed, Position, Receipt, RecordedEvent, StreamId,
    append::prepare::{Prepared, PreparedEvent, PreparedWrite, invalid},
    chain::{self, Hash, ORIGIN},
};

/// Where the log ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Head {
    pub(crate) position: Position,
    pub(crate) recorded_at: DateTime<Utc>,
}

/// Where a stream ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Tip {
    pub(crate) version: u64,
    pub(crate) last_position: Position,
    pub(crate) hash: Hash,
    pub(crate) published: u64,
    pub(crate) published_at: Option<DateTime<Utc>>,
}

impl Tip {
    /// The end of a stream without events.
    pub(crate) const EMPTY: Self = Self {
        version: 0,
        last_position: Position::START,
        hash: ORIGIN,
        published: 0,
        published_at: None,
    };
}

/// What the log holds of the streams and commands that a request touches.
#[derive(Debug, Default)]
pub(crate) struct Known {
    pub(crate) streams: HashMap<StreamId, Tip>,
    pub(crate) receipts: HashMap<Uuid, (Outcome, Hash)>,
}

/// An event with its place.
#[derive(Debug)]
pub(crate) struct EventRow {
    pub(crate) position: Position,
    pub(crate) stream: StreamId,
    pub(crate) version: u64,
    pub(crate) event: Arc<PreparedEvent>,
    pub(crate) metadata: Arc<str>,
    pub(crate) recorded_at: DateTime<Utc>,
    pub(crate) hash: Hash,
}

impl EventRow {
    /// Where the log ends with it.
    pub(crate) fn end(&self) -> Head {
        Head {
            position: self.position,
            recorded_at: self.recorded_at,
        }
    }
}

/// As it will be read, once it is recorded.
impl From<&EventRow> for RecordedEvent {
    fn from(row: &EventRow) -> Self {
        Self {
            position: row.position,
            stream: row.stream.clone(),
            version: row.version,
            event_id: row.event.event_id,
            event_type: row.event.event_type.clone(),
            schema_version: row.event.schema_version,
            payload: row.event.payload.clone(),
            metadata: row.metadata.to_string(),
            recorded_at: row.recorded_at,
            hash: row.hash,
        }
    }
}

/// A message to other services.
#[derive(Debug)]
pub(crate) struct Message {
    pub(crate) ordinal: i16,
    pub(crate) announcement: Arc<Announcement>,
    pub(crate) placed: Placed,
    pub(crate) body: String,
}

/// What is to be written after a head.
#[derive(Debug)]
pub(crate) struct Plan {
    pub(crate) before: Head,
    pub(crate) head: Head,
    pub(crate) events: Vec<EventRow>,
    pub(crate) streams: HashMap<StreamId, Tip>,
    pub(crate) messages: Vec<Message>,
    /// For each command that was taken, its receipt and the hash of its request.
    pub(crate) receipts: BTreeMap<Uuid, (Receipt, Hash)>,
}

type Ends<'plan> = Vec<(&'plan StreamId, &'plan Tip)>;

impl Plan {
    /// A plan without anything yet.
    pub(crate) fn after(head: Head) -> Self {
        Self {
            before: head,
            head,
            events: Vec::new(),
            streams: HashMap::new(),
            messages: Vec::new(),
            receipts: BTreeMap::new(),
        }
    }

    /// Adds a request that came `now`, by the database's clock, and says what it is to be told. The answer holds once
    /// the plan is recorded, and if what is `known` was the whole truth.
    pub(crate) fn take(
        &mut self,
        known: &Known,
        now: DateTime<Utc>,
        request: &Prepared,
    ) -> Result<Receipt, AppendError> {
        let command = &request.command_id;
        if let Some((receipt, hash)) = self.receipts.get(command) {
            return again(request, Outcome::Recorded(receipt.clone()), hash);
        }
        if let Some((outcome, hash)) = known.receipts.get(command) {
            return again(request, outcome.clone(), hash);
        }
        for write in &request.writes {
            self.check(known, write)?;
        }
        let receipt = self.place(known, now, request)?;
        self.receipts
            .insert(*command, (receipt.clone(), request.request_hash));
        Ok(receipt)
    }

    fn check(&self, known: &Known, write: &PreparedWrite) -> Result<(), AppendError> {
        let actual = self.tip(known, &write.stream).unwrap_or(Tip::EMPTY).version;
        match write.expected {
            Expected::Version(expected) if expected != actual => Err(AppendError::Conflict {
                stream: write.stream.clone(),
                expected,
                actual,
            }),
            _ => Ok(()),
        }
    }

    /// Where a stream ends after this plan; none when it is neither known nor written to.
    pub(crate) fn tip(&self, known: &Known, stream: &StreamId) -> Option<Tip> {
        self.streams
            .get(stream)
            .or_else(|| known.streams.get(stream))
            .copied()
    }

    /// The ends of the streams that begin with this plan, and of those that go on.
    pub(crate) fn ends(&self) -> (Ends<'_>, Ends<'_>) {
        let first_events = self.events.iter().filter(|row| row.version == 1);
        let begun: HashSet<&StreamId> = first_events.map(|row| &row.stream).collect();
        self.streams
            .iter()
            .partition(|(stream, _)| begun.contains(stream))
    }

    fn place(
        &mut self,
        known: &Known,
        now: DateTime<Utc>,
        request: &Prepared,
    ) -> Result<Receipt, AppendError> {
        let from = self.events.len();
        let recorded_at = now.max(self.head.recorded_at);
        let mut tips = Vec::with_capacity(request.writes.len());
        let mut position = self.head.position;
        for write in request.writes.iter().filter(|write| !write.events.is_empty()) {
            let mut tip = self.tip(known, &write.stream).unwrap_or(Tip::EMPTY);
            for event in &write.events {
                position = position.plus(1);
                tip.version = tip.version.saturating_add(1);
                tip.hash = chain::link(&tip.hash, position, tip.version, recorded_at, &event.content);
                self.events.push(EventRow {
                    position,
                    stream: write.stream.clone(),
                    version: tip.version,
                    event: event.clone(),
                    metadata: request.metadata.clone(),
                    recorded_at,
                    hash: tip.hash,
                });
            }
            tip.last_position = position;
            tips.push((write.stream.clone(), tip));
        }
        match announce(request, self.events.get(from..).unwrap_or_default(), &mut tips) {
            Ok(messages) => self.messages.extend(messages),
            Err(refused) => {
                self.events.truncate(from);
                return Err(refused);
            }
        }
        let first = self.head.position.plus(1);
        self.head = Head {
            position,
            recorded_at,
        };
        let versions: BTreeMap<_, _> = tips
            .iter()
            .map(|(stream, tip)| (stream.clone(), tip.version))
            .collect();
        self.streams.extend(tips);
        Ok(Receipt {
            command_id: request.command_id,
            first,
            last: position,
            versions,
            recorded_at,
            replayed: false,
        })
    }
}

/// The answer to another delivery of a command.
fn again(request: &Prepared, earlier: Outcome, hash: &Hash) -> Result<Receipt, AppendError> {
    match earlier {
        _ if *hash != request.request_hash => Err(AppendError::CommandIdReused(request.command_id)),
        Outcome::Recorded(receipt) => Ok(Receipt {
            replayed: true,
            ..receipt
        }),
        Outcome::Unchanged => Err(AppendError::UnchangedBefore(request.command_id)),
    }
}

/// The messages of one request, composed now that the places of its events are known.
fn announce(
    request: &Prepared,
    events: &[EventRow],
    tips: &mut [(StreamId, Tip)],
) -> Result<Vec<Message>, AppendError> {
    let mut messages: Vec<Message> = Vec::with_capacity(request.announcements.len());
    for announcement in &request.announcements {
        let row = events
            .iter()
            .filter(|row| row.stream == announcement.stream)
            .nth(announcement.event);
        let tip = tips.iter_mut().find(|(stream, _)| *stream == announcement.stream);
        let (Some(row), Some((_, tip))) = (row, tip) else {
            return Err(invalid("it announces an event that it does not append"));
        };
        tip.published = tip.published.saturating_add(1);
        let occurred_at = following(tip.published_at, request.occurred_at);
        tip.published_at = Some(occurred_at);
        let placed = Placed {
            position: row.position,
            event_id: row.event.event_id,
            sequence: tip.published,
            occurred_at,
            recorded_at: row.recorded_at,
        };
        let Some(compose) = &announcement.compose else {
            continue;
        };
        // The closure is the caller's; if it panics, that is one bad request and not the end of the log.
        let body = catch_unwind(AssertUnwindSafe(|| compose(&placed))).map_err(|_| {
            invalid(format!(
                "its message {} could not be composed",
                announcement.event_type
            ))
        })?;
        let before = messages
            .iter()
            .filter(|message| message.placed.position == placed.position)
            .count();
        messages.push(Message {
            ordinal: i16::try_from(before).map_err(|_| invalid("it announces one event too often"))?,
            announcement: announcement.clone(),
            placed,
            body,
        });
    }
    Ok(messages)
}

/// The time that a message claims: its own, unless that would not be later than the one before.
fn following(previous: Option<DateTime<Utc>>, own: DateTime<Utc>) -> DateTime<Utc> {
    let earliest = previous.and_then(|previous| previous.checked_add_signed(TimeDelta::microseconds(1)));
    earliest.map_or(own, |earliest| own.max(earliest))
}
