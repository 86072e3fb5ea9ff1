//! What an operation is given to decide with.

use std::{any::Any, sync::Arc};

use chrono::{DateTime, NaiveDate, Utc};
use domain::{PrisonCode, Stream, Streamed, london_date, policy::PolicyVersion};

use crate::{
    access::{Principal, Rule},
    bus::Loaded,
    error::CommandError,
    outgoing::Outgoing,
    ports::MemoisedPorts,
    unit_of_work::UnitOfWork,
};

/// What an operation reads, and where it writes what it decided.
pub struct CommandContext<'a> {
    pub(crate) caller: &'a Principal,
    pub(crate) rule: Rule,
    pub(crate) named_prison: Option<PrisonCode>,
    pub(crate) caseload_checked: bool,
    /// Facts of other services, fetched once for the command.
    pub(crate) ports: &'a MemoisedPorts<'a>,
    /// When the operation takes effect, UTC.
    pub(crate) at: DateTime<Utc>,
    /// The policy in force.
    pub(crate) policy: PolicyVersion,
    pub(crate) work: UnitOfWork<'a>,
}

impl CommandContext<'_> {
    /// The London calendar date on which the operation takes effect.
    #[must_use]
    pub(crate) fn today(&self) -> NaiveDate {
        london_date(self.at)
    }

    /// Checks that the caller may act at this prison. Every operation bound to caseloads must ask.
    ///
    /// # Errors
    /// When the prison is not among the caller's caseloads.
    pub(crate) fn in_prison(&mut self, prison: PrisonCode) -> Result<(), CommandError> {
        self.rule.check(self.caller, Some(prison))?;
        self.caseload_checked = true;
        self.named_prison = Some(prison);
        Ok(())
    }

    /// Loads an aggregate of the read set. If it changes before the commit, the operation is decided again.
    ///
    /// # Errors
    /// When one of its events cannot be read.
    pub(crate) fn load<A>(&mut self, stream: Stream<A>) -> Result<Arc<Loaded<A>>, CommandError>
    where
        A: Streamed + Clone + Any,
    {
        self.work.load(stream)
    }

    /// Writes events to a stream of the read set, with the messages that follow from them.
    ///
    /// # Errors
    /// When an event cannot be written as JSON.
    pub(crate) fn write<A>(&mut self, stream: Stream<A>, events: Vec<A::Event>) -> Result<(), CommandError>
    where
        A: Outgoing + Clone + Any,
    {
        self.work.write(stream, events)
    }
}
