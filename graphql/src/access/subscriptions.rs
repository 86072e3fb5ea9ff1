//! Following what happens: the rule is asked for each event, of the caller as they stand when it is told.

use commands::{Position, RecordedEvent, access::Forbidden};
use domain::PrisonCode;
use futures::{
    Stream, StreamExt,
    stream::{self, BoxStream},
};
use projections::{AllocationChange, ChangeFilter, EventFilter, ReadModelError};

use super::{
    Disclosable, Disclosed, Reader,
    table::{CHANGES, LOG},
};
use crate::{fault::Fault, renewal::Standing};

/// Something that happened, in whose context the rule is asked.
pub(super) trait Happened: Disclosable {
    fn prison(&self) -> Option<PrisonCode>;
}

impl Happened for AllocationChange {
    fn prison(&self) -> Option<PrisonCode> {
        self.prison
    }
}

impl Happened for RecordedEvent {
    /// Whoever reads the log is bound to no prison.
    fn prison(&self) -> Option<PrisonCode> {
        None
    }
}

impl<'a> Reader<'a> {
    /// Changes of allocations that are the caller's business. Ends with an error when the prison that they ask for is
    /// theirs no more.
    pub(crate) fn changes(
        &self,
        filter: ChangeFilter,
        after: Option<Position>,
    ) -> Result<impl Stream<Item = Result<Disclosed<AllocationChange>, Fault>> + use<'a>, Fault> {
        CHANGES.admits(&self.caller).map_err(Fault::forbidden)?;
        let prison = filter.prison;
        let right = move |standing: &Standing| match prison {
            Some(_) => CHANGES.at(&standing.principal(), prison),
            None => Ok(()),
        };
        right(self.standing).map_err(Fault::forbidden)?;
        let changes = self.models().allocation_changes(filter, after);
        Ok(told_to(self.standing, changes.boxed(), right))
    }

    /// The log as it grows.
    pub(crate) fn recorded_events(
        &self,
        filter: EventFilter,
        after: Option<Position>,
    ) -> Result<impl Stream<Item = Result<Disclosed<RecordedEvent>, Fault>> + use<'a>, Fault> {
        let right = |standing: &Standing| LOG.at(&standing.principal(), None);
        right(self.standing).map_err(Fault::forbidden)?;
        let events = self.models().recorded_events(filter, after);
        Ok(told_to(self.standing, events.boxed(), right))
    }
}

/// What the caller may be told of what happens, until it ends or their right to it does. Who they are is asked anew when
/// that is due, whether anything happens or not, and before anything is told that waited for them to read.
fn told_to<'a, T: Happened + Send + 'a>(
    standing: &'a Standing,
    happening: BoxStream<'a, Result<T, ReadModelError>>,
    right: impl Fn(&Standing) -> Result<(), Forbidden> + Send + 'a,
) -> impl Stream<Item = Result<Disclosed<T>, Fault>> + 'a {
    stream::try_unfold((happening, right), move |(mut happening, right)| async move {
        loop {
            let happened = tokio::select! {
                happened = happening.next() => Some(happened),
                () = standing.due() => None,
            };
            standing.renew().await?;
            right(standing).map_err(Fault::forbidden)?;
            match happened {
                None => {}
                Some(None) => return Ok(None),
                Some(Some(happened)) => {
                    let happened = happened?;
                    let prison = happened.prison();
                    if let Some(told) = Disclosed::to(&standing.principal(), prison, happened) {
                        return Ok(Some((told, (happening, right))));
                    }
                }
            }
        }
    })
}
