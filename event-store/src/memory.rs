//! The contract of the log without a database, for tests of everything above it.
//!
//! Places, versions, receipts and messages come from the same plan as on Postgres. Personal values are kept as they are.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use async_trait::async_trait;
use chrono::{DateTime, SubsecRound, Utc};
use tokio::sync::watch;
use uuid::Uuid;

use crate::{
    AppendError, AppendRequest, Log, Outcome, Placed, Position, ReadError, Receipt, RecordedEvent, StreamId,
    append::{
        plan::{Head, Known, Plan, Tip},
        prepare::prepare,
    },
    chain::Hash,
};

type Clock = Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>;

/// A log in memory. Clones share it.
#[derive(Clone)]
pub struct MemoryLog {
    contents: Arc<Mutex<Contents>>,
    head: watch::Sender<Position>,
    clock: Clock,
}

/// A message that was put into the outbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outgoing {
    /// The stream whose event it tells of.
    pub stream: StreamId,
    /// Whose messages leave in order.
    pub key: String,
    /// Its type.
    pub event_type: String,
    /// Where its event stands.
    pub placed: Placed,
    /// Its body, as JSON text.
    pub body: String,
}

#[derive(Default)]
struct Contents {
    events: Vec<RecordedEvent>,
    places: HashMap<StreamId, Vec<usize>>,
    tips: HashMap<StreamId, Tip>,
    receipts: HashMap<Uuid, (Outcome, Hash)>,
    outgoing: Vec<Outgoing>,
    recorded_at: DateTime<Utc>,
}

impl Default for MemoryLog {
    fn default() -> Self {
        Self::new()
    }
}

impl MemoryLog {
    /// An empty log that reads the system's clock.
    #[expect(
        clippy::disallowed_methods,
        reason = "it is what a log without another clock reads"
    )]
    #[must_use]
    pub fn new() -> Self {
        Self::with_clock(Utc::now)
    }

    /// An empty log that reads this clock.
    #[must_use]
    pub fn with_clock(clock: impl Fn() -> DateTime<Utc> + Send + Sync + 'static) -> Self {
        Self {
            contents: Arc::default(),
            head: watch::Sender::new(Position::START),
            clock: Arc::new(clock),
        }
    }

    /// The head, as it moves.
    #[must_use]
    pub fn subscribe(&self) -> watch::Receiver<Position> {
        self.head.subscribe()
    }

    /// All messages that were put into the outbox, in order.
    #[must_use]
    pub fn outgoing(&self) -> Vec<Outgoing> {
        self.lock().outgoing.clone()
    }

    /// A test that panicked elsewhere must not hide behind a poisoned lock.
    fn lock(&self) -> MutexGuard<'_, Contents> {
        self.contents.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Contents {
    fn head(&self) -> Position {
        self.events.last().map_or(Position::START, |event| event.position)
    }

    fn keep(&mut self, plan: &Plan) {
        self.recorded_at = plan.head.recorded_at;
        for row in &plan.events {
            self.places
                .entry(row.stream.clone())
                .or_default()
                .push(self.events.len());
            self.events.push(RecordedEvent::from(row));
        }
        self.tips
            .extend(plan.streams.iter().map(|(stream, tip)| (stream.clone(), *tip)));
        let recorded = plan.receipts.iter();
        self.receipts
            .extend(recorded.map(|(id, (receipt, hash))| (*id, (Outcome::Recorded(receipt.clone()), *hash))));
        self.outgoing.extend(plan.messages.iter().map(|message| Outgoing {
            stream: message.announcement.stream.clone(),
            key: message.announcement.key.clone(),
            event_type: message.announcement.event_type.clone(),
            placed: message.placed.clone(),
            body: message.body.clone(),
        }));
    }
}

#[async_trait]
impl Log for MemoryLog {
    async fn append(&self, request: AppendRequest) -> Result<Receipt, AppendError> {
        let prepared = prepare(request)?;
        let mut contents = self.lock();
        let known = Known {
            streams: prepared
                .writes
                .iter()
                .filter_map(|write| contents.tips.get_key_value(&write.stream))
                .map(|(stream, tip)| (stream.clone(), *tip))
                .collect(),
            receipts: contents
                .receipts
                .get(&prepared.command_id)
                .map(|kept| (prepared.command_id, kept.clone()))
                .into_iter()
                .collect(),
        };
        let mut plan = Plan::after(Head {
            position: contents.head(),
            recorded_at: contents.recorded_at,
        });
        let receipt = plan.take(&known, (self.clock)().trunc_subsecs(6), &prepared)?;
        contents.keep(&plan);
        self.head.send_replace(plan.head.position);
        Ok(receipt)
    }

    async fn read_streams(&self, streams: &[StreamId]) -> Result<Vec<RecordedEvent>, ReadError> {
        let contents = self.lock();
        let places = streams
            .iter()
            .filter_map(|stream| contents.places.get(stream))
            .flatten();
        Ok(places
            .filter_map(|place| contents.events.get(*place))
            .cloned()
            .collect())
    }

    async fn read_after(&self, position: Position, limit: u32) -> Result<Vec<RecordedEvent>, ReadError> {
        let skip = usize::try_from(position.get()).unwrap_or(usize::MAX);
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        Ok(self
            .lock()
            .events
            .iter()
            .skip(skip)
            .take(limit)
            .cloned()
            .collect())
    }

    async fn head(&self) -> Result<Position, ReadError> {
        Ok(self.lock().head())
    }

    async fn record_noop(&self, command_id: Uuid, request_hash: [u8; 32]) -> Result<Outcome, AppendError> {
        let mut contents = self.lock();
        let kept = contents.receipts.entry(command_id);
        let (outcome, hash) = kept.or_insert((Outcome::Unchanged, request_hash));
        if *hash == request_hash {
            Ok(outcome.clone())
        } else {
            Err(AppendError::CommandIdReused(command_id))
        }
    }

    async fn receipt(&self, command_id: Uuid) -> Result<Option<(Outcome, [u8; 32])>, ReadError> {
        Ok(self.lock().receipts.get(&command_id).cloned())
    }
}
