//! Which stream holds which aggregate, and whose key seals what is personal in it.

use cqrs_es::Aggregate;
use domain::{
    NomsNumber, PrisonCode, StaffId, allocation::Allocation, casefile::Case, pom::Pom, prisoner::Prisoner,
};
use event_store::StreamId;

/// Names the streams of one prisoner or POM.
pub struct StreamsOf;

impl StreamsOf {
    /// The prisoner's allocation.
    #[must_use]
    pub fn allocation(noms: NomsNumber) -> StreamId {
        StreamId::new(Allocation::TYPE, noms)
    }

    /// What upstream says of the prisoner.
    #[must_use]
    pub fn prisoner(noms: NomsNumber) -> StreamId {
        StreamId::new(Prisoner::TYPE, noms)
    }

    /// The prisoner's case information.
    #[must_use]
    pub fn case(noms: NomsNumber) -> StreamId {
        StreamId::new(Case::TYPE, noms)
    }

    /// A POM at a prison.
    #[must_use]
    pub fn pom(prison: PrisonCode, staff: StaffId) -> StreamId {
        StreamId::new(Pom::TYPE, format_args!("{prison}-{staff}"))
    }

    /// Whose key seals personal values in a stream: the prisoner's, or for POMs the member of staff's, wherever they work.
    #[must_use]
    pub fn subject(stream: &StreamId) -> String {
        match stream.key().split_once('-') {
            Some((_prison, staff)) => format!("staff-{staff}"),
            None => stream.key().to_owned(),
        }
    }
}
