//! The read models as of a time or a position: the same folds over the same events.

mod history;

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};
use domain::{NomsNumber, allocation::PomTerms};
use event_store::{Log, Position, RecordedEvent, StreamId};
use tokio::task::consume_budget;

use crate::{
    AllocationView, CaseView, Contract, DomainEvent, ReadModelError, ReadModels,
    envelope::{ALLOCATION, Envelope, RowKey, SerializedEnvelope, streams_of},
    models::{allocations::AllocationRow, cases::CaseRow},
};

pub use history::{EventFilter, EventPage, TimelineItem, TimelinePage};

/// A moment of the past.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AsOf {
    /// Up to what had been recorded at this time, UTC.
    Time(DateTime<Utc>),
    /// Up to this position.
    Position(Position),
}

impl AsOf {
    pub(crate) fn includes(self, event: &RecordedEvent) -> bool {
        match self {
            Self::Time(time) => event.recorded_at <= time,
            Self::Position(position) => event.position <= position,
        }
    }
}

impl ReadModels {
    /// A prisoner's allocation as of then; none when there was none yet.
    ///
    /// # Errors
    /// When the log cannot be read or holds an event that cannot be understood.
    pub async fn allocation_as_of(
        &self,
        noms: NomsNumber,
        at: AsOf,
    ) -> Result<Option<AllocationView>, ReadModelError> {
        let envelopes = self
            .envelopes(&[StreamId::new(ALLOCATION, noms)], |event| at.includes(event))
            .await?;
        Ok(allocation(noms, &envelopes))
    }

    /// A prisoner's case as of then, looked at on a London date; none when the prisoner had not been observed yet.
    ///
    /// # Errors
    /// When the log cannot be read or holds an event that cannot be understood.
    pub async fn case_as_of(
        &self,
        noms: NomsNumber,
        at: AsOf,
        today: NaiveDate,
    ) -> Result<Option<CaseView>, ReadModelError> {
        let envelopes = self
            .envelopes(&streams_of(noms), |event| at.includes(event))
            .await?;
        let mut case = CaseRow::new(noms);
        for envelope in &envelopes {
            case.apply(envelope);
        }
        Ok(CaseView::new(
            case,
            allocation(noms, &envelopes),
            self.policy,
            today,
        ))
    }

    /// The primary POMs of these cases, each up to its position, oldest first. One query reads all.
    ///
    /// # Errors
    /// When the log cannot be read or holds an event that cannot be understood.
    pub async fn pom_terms(
        &self,
        wanted: &[(NomsNumber, Position)],
    ) -> Result<HashMap<(NomsNumber, Position), PomTerms>, ReadModelError> {
        let mut cases: HashMap<RowKey, Vec<Envelope>> = HashMap::new();
        for (noms, _) in wanted {
            cases.entry(RowKey::Prisoner(*noms)).or_default();
        }
        let streams: Vec<StreamId> = cases.keys().map(|case| StreamId::new(ALLOCATION, case)).collect();
        for envelope in self.envelopes(&streams, |_| true).await? {
            cases.entry(envelope.key).or_default().push(envelope);
        }
        let told = |(noms, until): &(NomsNumber, Position)| {
            let past = cases.get(&RowKey::Prisoner(*noms)).into_iter().flatten();
            terms(past.take_while(|envelope| envelope.position <= *until))
        };
        Ok(wanted.iter().map(|key| (*key, told(key))).collect())
    }

    /// The allocation as other services read it when its N-th change was announced: after all events of the
    /// command that made the change. [`Contract::NeverAllocated`] when there was no such change.
    ///
    /// # Errors
    /// When the log cannot be read or holds an event that cannot be understood.
    pub async fn contract_at(&self, noms: NomsNumber, version: u64) -> Result<Contract, ReadModelError> {
        let envelopes = self
            .envelopes(&[StreamId::new(ALLOCATION, noms)], |_| true)
            .await?;
        let mut row = AllocationRow::new(noms);
        for envelope in &envelopes {
            let done = row.announced == version && row.announced_by != Some(envelope.origin.command_id);
            if done && version > 0 {
                break;
            }
            row.apply(envelope);
        }
        let there_was = version > 0 && row.announced == version;
        Ok(Contract::of(there_was.then(|| row.into())))
    }

    /// The events of these streams in the order in which they were recorded.
    pub(crate) async fn past(&self, streams: &[StreamId]) -> Result<Vec<RecordedEvent>, ReadModelError> {
        let mut events = Log::read_streams(&*self.log, streams).await?;
        events.sort_unstable_by_key(|event| event.position);
        Ok(events)
    }

    async fn envelopes(
        &self,
        streams: &[StreamId],
        included: impl Fn(&RecordedEvent) -> bool,
    ) -> Result<Vec<Envelope>, ReadModelError> {
        let events = self.past(streams).await?;
        let mut envelopes = Vec::with_capacity(events.len());
        for event in events.iter().filter(|event| included(event)) {
            // A long past must not keep other tasks from the thread.
            consume_budget().await;
            envelopes.extend(SerializedEnvelope::from(event).envelope()?);
        }
        Ok(envelopes)
    }
}

fn allocation(noms: NomsNumber, envelopes: &[Envelope]) -> Option<AllocationView> {
    let mut row = AllocationRow::new(noms);
    let happened = envelopes
        .iter()
        .filter(|envelope| matches!(envelope.event, DomainEvent::Allocation(_)));
    happened.for_each(|envelope| row.apply(envelope));
    (row.version > 0).then(|| row.into())
}

fn terms<'e>(past: impl Iterator<Item = &'e Envelope>) -> PomTerms {
    let mut terms = PomTerms::default();
    for envelope in past {
        if let DomainEvent::Allocation(event) = &envelope.event {
            terms.apply(event, envelope.origin.occurred_at);
        }
    }
    terms
}
