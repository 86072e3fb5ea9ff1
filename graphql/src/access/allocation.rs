//! A prisoner's allocation, as a mutation reads it back.

use commands::Done;
use domain::{NomsNumber, PrisonCode};
use projections::{AllocationView, AsOf, CasePrison, CaseView};

use super::{Reader, read_back::ReadBack};
use crate::fault::Fault;

/// The projector keeps the rows it folded last: a new change is often read from memory.
impl ReadBack for AllocationView {
    type Key = NomsNumber;

    async fn prison(
        reader: &Reader<'_>,
        noms: NomsNumber,
        recorded: Option<&Done>,
    ) -> Result<Option<PrisonCode>, Fault> {
        let position = recorded.and_then(Done::position);
        match position.and_then(|position| reader.models().recent_case_prison(noms, position)) {
            Some(CasePrison(prison)) => Ok(prison),
            None => reader.sources.prisons.load_one(noms).await,
        }
    }

    async fn current(
        reader: &Reader<'_>,
        noms: NomsNumber,
        recorded: Option<&Done>,
    ) -> Result<Option<Self>, Fault> {
        match recorded.and_then(|done| reader.models().recent_allocation(noms, done.version)) {
            Some(view) => Ok(Some(view)),
            None => reader.sources.allocations.load_one(noms).await,
        }
    }

    async fn in_log(
        reader: &Reader<'_>,
        noms: NomsNumber,
        at: AsOf,
    ) -> Result<(Option<PrisonCode>, Option<Self>), Fault> {
        let case = reader.models().case_as_of(noms, at, reader.today()).await?;
        let allocation = match &case {
            Some(case) => case.allocation.clone(),
            None => reader.models().allocation_as_of(noms, at).await?,
        };
        Ok((prison_of(case.as_ref(), allocation.as_ref()), allocation))
    }
}

/// The prison that holds the prisoner, or, while none does, the prison at which their case was allocated last.
fn prison_of(case: Option<&CaseView>, allocation: Option<&AllocationView>) -> Option<PrisonCode> {
    let held_at = case.and_then(|case| case.facts.prison);
    held_at.or_else(|| allocation.and_then(|view| view.allocation.prison))
}
