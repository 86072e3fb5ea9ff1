//! Decides what a batch of requests adds to the log. Pure: no clock, no I/O, the same answer every time.
//!
//! A request is taken as a whole or not at all, in the order of the batch, and sees what those before it did.

#[cfg(test)]
mod model;

use std::{
    collections::{BTreeMap, HashMap},
    panic::{AssertUnwindSafe, catch_unwind},
};

use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

use crate::{
    AppendError, Expected, Placed, Position, Receipt, StreamId,
    chain::{self, Hash, ORIGIN},
    prepare::{Prepared, PreparedEvent, PreparedWrite, invalid},
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

/// What the log holds of everything that the batch touches.
#[derive(Debug)]
pub(crate) struct Known {
    pub(crate) head: Head,
    pub(crate) now: DateTime<Utc>,
    pub(crate) streams: HashMap<StreamId, Tip>,
    pub(crate) receipts: HashMap<Uuid, (Receipt, Hash)>,
}

/// An event with its place.
#[derive(Debug)]
pub(crate) struct EventRow<'r> {
    pub(crate) position: Position,
    pub(crate) stream: &'r StreamId,
    pub(crate) version: u64,
    pub(crate) event: &'r PreparedEvent,
    pub(crate) metadata: &'r str,
    pub(crate) hash: Hash,
}

/// A message to other services.
#[derive(Debug)]
pub(crate) struct Message<'r> {
    pub(crate) ordinal: i16,
    pub(crate) key: &'r str,
    pub(crate) event_type: &'r str,
    pub(crate) stream: &'r StreamId,
    pub(crate) placed: Placed,
    pub(crate) body: String,
}

/// What is to be written, and what each request is to be told.
#[derive(Debug)]
pub(crate) struct Plan<'r> {
    pub(crate) before: Position,
    pub(crate) head: Head,
    pub(crate) events: Vec<EventRow<'r>>,
    pub(crate) streams: HashMap<&'r StreamId, Tip>,
    pub(crate) messages: Vec<Message<'r>>,
    /// For each request that was taken, its receipt and its hash.
    pub(crate) receipts: Vec<(Receipt, Hash)>,
    /// For each request, in the order of the batch.
    pub(crate) answers: Vec<Result<Receipt, AppendError>>,
    known_streams: HashMap<StreamId, Tip>,
    known_receipts: HashMap<Uuid, (Receipt, Hash)>,
}

/// What these requests add to a log of which this is known.
pub(crate) fn plan<'r>(known: Known, requests: impl IntoIterator<Item = &'r Prepared>) -> Plan<'r> {
    let mut plan = Plan {
        before: known.head.position,
        head: Head {
            position: known.head.position,
            recorded_at: known.now.max(known.head.recorded_at),
        },
        events: Vec::new(),
        streams: HashMap::new(),
        messages: Vec::new(),
        receipts: Vec::new(),
        answers: Vec::new(),
        known_streams: known.streams,
        known_receipts: known.receipts,
    };
    for request in requests {
        let answer = plan.answer(request);
        plan.answers.push(answer);
    }
    plan
}

impl<'r> Plan<'r> {
    fn answer(&mut self, request: &'r Prepared) -> Result<Receipt, AppendError> {
        if let Some((earlier, hash)) = self.known_receipts.get(&request.command_id) {
            if *hash != request.request_hash {
                return Err(AppendError::CommandIdReused(request.command_id));
            }
            return Ok(Receipt {
                replayed: true,
                ..earlier.clone()
            });
        }
        for write in &request.writes {
            self.check(write)?;
        }
        let receipt = self.place(request)?;
        self.receipts.push((receipt.clone(), request.request_hash));
        self.known_receipts
            .insert(request.command_id, (receipt.clone(), request.request_hash));
        Ok(receipt)
    }

    fn check(&self, write: &PreparedWrite) -> Result<(), AppendError> {
        let actual = self.tip(&write.stream).version;
        match write.expected {
            Expected::Version(expected) if expected != actual => Err(AppendError::Conflict {
                stream: write.stream.clone(),
                expected,
                actual,
            }),
            _ => Ok(()),
        }
    }

    fn tip(&self, stream: &StreamId) -> Tip {
        let known = self
            .streams
            .get(stream)
            .or_else(|| self.known_streams.get(stream));
        known.copied().unwrap_or(Tip::EMPTY)
    }

    fn place(&mut self, request: &'r Prepared) -> Result<Receipt, AppendError> {
        let from = self.events.len();
        let mut tips = Vec::with_capacity(request.writes.len());
        let mut position = self.head.position;
        for write in request.writes.iter().filter(|write| !write.events.is_empty()) {
            let mut tip = self.tip(&write.stream);
            for event in &write.events {
                position = position.plus(1);
                tip.version = tip.version.saturating_add(1);
                tip.hash = chain::link(
                    &tip.hash,
                    position,
                    tip.version,
                    self.head.recorded_at,
                    &event.content,
                );
                self.events.push(EventRow {
                    position,
                    stream: &write.stream,
                    version: tip.version,
                    event,
                    metadata: &request.metadata,
                    hash: tip.hash,
                });
            }
            tip.last_position = position;
            tips.push((&write.stream, tip));
        }
        match announce(
            request,
            self.events.get(from..).unwrap_or_default(),
            &mut tips,
            self.head.recorded_at,
        ) {
            Ok(messages) => self.messages.extend(messages),
            Err(refused) => {
                self.events.truncate(from);
                return Err(refused);
            }
        }
        let first = self.head.position.plus(1);
        self.head.position = position;
        let versions: BTreeMap<_, _> = tips
            .iter()
            .map(|(stream, tip)| ((*stream).clone(), tip.version))
            .collect();
        self.streams.extend(tips);
        Ok(Receipt {
            command_id: request.command_id,
            first,
            last: position,
            versions,
            recorded_at: self.head.recorded_at,
            replayed: false,
        })
    }
}

/// The messages of one request, composed now that the places of its events are known.
fn announce<'r>(
    request: &'r Prepared,
    events: &[EventRow<'r>],
    tips: &mut [(&'r StreamId, Tip)],
    recorded_at: DateTime<Utc>,
) -> Result<Vec<Message<'r>>, AppendError> {
    let mut messages: Vec<Message<'r>> = Vec::with_capacity(request.announcements.len());
    for announcement in &request.announcements {
        let row = events
            .iter()
            .filter(|row| *row.stream == announcement.stream)
            .nth(announcement.event);
        let tip = tips
            .iter_mut()
            .find(|(stream, _)| **stream == announcement.stream);
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
            recorded_at,
        };
        // The closure is the caller's; if it panics, that is one bad request and not the end of the log.
        let body = catch_unwind(AssertUnwindSafe(|| (announcement.compose)(&placed))).map_err(|_| {
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
            key: &announcement.key,
            event_type: &announcement.event_type,
            stream: &announcement.stream,
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
