//! The past: the same folds over the same events, up to a time or a position.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};
use domain::{NomsNumber, allocation::PomTerms};
use event_store::{Log, Position, RecordedEvent, StreamId};
use tokio::task::consume_budget;

use crate::{
    AllocationView, CaseView, Contract, Fact, ReadModelError, ReadModels, Source,
    allocation::AllocationRow,
    case::CaseRow,
    fact::{ALLOCATION, Entry, Raw, Subject, streams_of},
};

/// A moment of the past.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AsOf {
    /// What had been recorded at this time, UTC.
    Time(DateTime<Utc>),
    /// What had been recorded up to this position.
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
        let entries = self
            .entries(&[StreamId::new(ALLOCATION, noms)], |event| at.includes(event))
            .await?;
        Ok(allocation(noms, &entries))
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
        let entries = self
            .entries(&streams_of(noms), |event| at.includes(event))
            .await?;
        let mut case = CaseRow::new(noms);
        for entry in &entries {
            case.apply(entry);
        }
        Ok(CaseView::new(
            case,
            allocation(noms, &entries),
            self.policy,
            today,
        ))
    }

    /// Who had these cases as primary POM, each up to its position, oldest first. All are read together.
    ///
    /// # Errors
    /// When the log cannot be read or holds an event that cannot be understood.
    pub async fn pom_terms(
        &self,
        wanted: &[(NomsNumber, Position)],
    ) -> Result<HashMap<(NomsNumber, Position), PomTerms>, ReadModelError> {
        let mut cases: HashMap<Subject, Vec<Entry>> = HashMap::new();
        for (noms, _) in wanted {
            cases.entry(Subject::Prisoner(*noms)).or_default();
        }
        let streams: Vec<StreamId> = cases.keys().map(|case| StreamId::new(ALLOCATION, case)).collect();
        for entry in self.entries(&streams, |_| true).await? {
            cases.entry(entry.subject).or_default().push(entry);
        }
        let told = |(noms, until): &(NomsNumber, Position)| {
            let past = cases.get(&Subject::Prisoner(*noms)).into_iter().flatten();
            terms(past.take_while(|entry| entry.position <= *until))
        };
        Ok(wanted.iter().map(|key| (*key, told(key))).collect())
    }

    /// The allocation as other services would have read it when they were told of its N-th change: after all that the
    /// command did which made that change. [`Contract::NeverAllocated`] when there was no such change.
    ///
    /// # Errors
    /// When the log cannot be read or holds an event that cannot be understood.
    pub async fn contract_at(&self, noms: NomsNumber, version: u64) -> Result<Contract, ReadModelError> {
        let entries = self.entries(&[StreamId::new(ALLOCATION, noms)], |_| true).await?;
        let mut row = AllocationRow::new(noms);
        for entry in &entries {
            let done = row.announced == version && row.announced_by != Some(entry.origin.command_id);
            if done && version > 0 {
                break;
            }
            row.apply(entry);
        }
        let there_was = version > 0 && row.announced == version;
        Ok(Contract::of(there_was.then(|| row.into())))
    }

    /// What the log holds of these streams, in the order in which it was recorded.
    pub(crate) async fn past(&self, streams: &[StreamId]) -> Result<Vec<RecordedEvent>, ReadModelError> {
        let mut events = Log::read_streams(&*self.log, streams).await?;
        events.sort_unstable_by_key(|event| event.position);
        Ok(events)
    }

    async fn entries(
        &self,
        streams: &[StreamId],
        included: impl Fn(&RecordedEvent) -> bool,
    ) -> Result<Vec<Entry>, ReadModelError> {
        let events = self.past(streams).await?;
        let mut entries = Vec::with_capacity(events.len());
        for event in events.iter().filter(|event| included(event)) {
            // A long past must not keep others from the same thread.
            consume_budget().await;
            entries.extend(entry(event)?);
        }
        Ok(entries)
    }
}

/// Refuses a position beyond the end of the log. Whoever went on from one that a restored log has lost would wait in silence, and
/// then miss what takes its place.
pub(crate) async fn assert_recorded(log: &dyn Source, wanted: Position) -> Result<(), ReadModelError> {
    let head = log.head().await?;
    if wanted > head {
        return Err(ReadModelError::BeyondLog { wanted, head });
    }
    Ok(())
}

/// The typed event; an event that nobody understands is damage.
pub(crate) fn entry(event: &RecordedEvent) -> Result<Option<Entry>, ReadModelError> {
    Raw::from(event)
        .entry()
        .map_err(|poison| ReadModelError::Damaged(poison.to_string().into()))
}

fn allocation(noms: NomsNumber, entries: &[Entry]) -> Option<AllocationView> {
    let mut row = AllocationRow::new(noms);
    let happened = entries
        .iter()
        .filter(|entry| matches!(entry.fact, Fact::Allocation(_)));
    happened.for_each(|entry| row.apply(entry));
    (row.version > 0).then(|| row.into())
}

fn terms<'e>(past: impl Iterator<Item = &'e Entry>) -> PomTerms {
    let mut terms = PomTerms::default();
    for entry in past {
        if let Fact::Allocation(event) = &entry.fact {
            terms.apply(event, entry.origin.occurred_at);
        }
    }
    terms
}
