//! Subscriptions: the rules are checked for each event, with the roles and caseloads that the caller has then.

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

/// An event of a subscription, and the prison for which the rules are checked.
pub(super) trait LiveEvent: Disclosable {
    fn prison(&self) -> Option<PrisonCode>;
}

impl LiveEvent for AllocationChange {
    fn prison(&self) -> Option<PrisonCode> {
        self.prison
    }
}

impl LiveEvent for RecordedEvent {
    /// Readers of the log are bound to no prison.
    fn prison(&self) -> Option<PrisonCode> {
        None
    }
}

impl<'a> Reader<'a> {
    /// The changes of allocations that the caller may see. The stream ends with an error once the prison they ask for is no
    /// longer in their caseloads.
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
        // Nothing ever happens at a prison that is none, and whoever follows it would wait for ever.
        if let Some(code) = prison.filter(|code| domain::prison(*code).is_none()) {
            let unknown = format!("{code} is not a prison that this service knows: give a code such as LEI");
            return Err(Fault::bad_input(unknown));
        }
        let changes = self.models().allocation_changes(filter, after);
        Ok(disclosed_to(self.standing, changes.boxed(), right))
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
        Ok(disclosed_to(self.standing, events.boxed(), right))
    }
}

/// The events that the caller may see, until the stream or their access ends. Their roles and caseloads are renewed when that is
/// due, with or without an event, and before an event is sent that waited for them to read.
fn disclosed_to<'a, T: LiveEvent + Send + 'a>(
    standing: &'a Standing,
    events: BoxStream<'a, Result<T, ReadModelError>>,
    right: impl Fn(&Standing) -> Result<(), Forbidden> + Send + 'a,
) -> impl Stream<Item = Result<Disclosed<T>, Fault>> + 'a {
    stream::try_unfold((events, right), move |(mut events, right)| async move {
        loop {
            let event = tokio::select! {
                event = events.next() => Some(event),
                () = standing.due() => None,
            };
            standing.renew().await?;
            right(standing).map_err(Fault::forbidden)?;
            match event {
                None => {}
                Some(None) => return Ok(None),
                Some(Some(event)) => {
                    let event = event?;
                    let prison = event.prison();
                    if let Some(event) = Disclosed::to(&standing.principal(), prison, event) {
                        return Ok(Some((event, (events, right))));
                    }
                }
            }
        }
    })
}
