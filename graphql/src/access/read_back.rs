//! The allocation as it is now, for somebody who has just asked to change it.

use commands::{Done, Position};
use domain::NomsNumber;
use projections::{AllocationView, AsOf, CasePrison};

use super::{Disclosed, Reader, freshness::READ_MODEL_TIMEOUT, loaders::place_of};
use crate::fault::Fault;

/// What an allocation must show.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Freshness {
    /// Everything up to here; none if nothing in particular.
    pub(crate) position: Option<Position>,
    /// Whether to wait for the read models.
    pub(crate) wait: bool,
}

impl Reader<'_> {
    /// The allocation from the read models once they are so far, else from the log itself; none for those who may not
    /// be told of the prisoner now, whatever they did to the case before.
    pub(crate) async fn read_back_allocation(
        &self,
        noms: NomsNumber,
        Freshness { position, wait }: Freshness,
        done: Option<&Done>,
    ) -> Result<Option<Disclosed<AllocationView>>, Fault> {
        let caught_up = match position {
            Some(position) if wait => self.models().reached(position, READ_MODEL_TIMEOUT).await.is_ok(),
            position => position.is_none(),
        };
        if !caught_up {
            return self.allocation_in_log(noms).await;
        }
        // What was just done may have been folded here. A retry asks for what is so now, which may be later than that.
        let new = done.filter(|done| done.position().is_some() && !done.replayed());
        let place = async {
            let position = new.and_then(Done::position);
            match position.and_then(|position| self.models().recent_case_prison(noms, position)) {
                Some(CasePrison(prison)) => Ok(prison),
                None => self.sources.places.load_one(noms).await,
            }
        };
        let read = async {
            match new.and_then(|done| self.models().recent_allocation(noms, done.version)) {
                Some(view) => Ok(Some(view)),
                None => self.sources.allocations.load_one(noms).await,
            }
        };
        self.disclosed_at(place, read).await
    }

    /// The allocation, and whose prisoner it is about, both as the log has them.
    async fn allocation_in_log(&self, noms: NomsNumber) -> Result<Option<Disclosed<AllocationView>>, Fault> {
        let now = AsOf::Position(self.head().await?);
        let case = self.models().case_as_of(noms, now, self.today()).await?;
        let allocation = match &case {
            Some(case) => case.allocation.clone(),
            None => self.models().allocation_as_of(noms, now).await?,
        };
        let place = place_of(case.as_ref(), allocation.as_ref());
        Ok(allocation.and_then(|told| Disclosed::to(&self.caller, place, told)))
    }
}
