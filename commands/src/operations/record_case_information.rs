//! Case information becomes known: from nDelius or the tier service.

use domain::{
    NomsNumber, PrisonCode,
    casefile::{Case, CaseCommand, CaseInformation, InformationSource},
};
use event_store::StreamId;
use serde::Serialize;

use crate::{
    access::{Role, Rule},
    desk::Desk,
    error::CommandError,
    request::Operation,
    streams::StreamsOf,
};

/// Records pieces of case information. Allocation rules 6.
#[derive(Debug, Clone, Serialize)]
pub struct RecordCaseInformation {
    /// Whose case.
    pub noms: NomsNumber,
    /// What is known.
    pub information: CaseInformation,
    /// From where.
    pub source: InformationSource,
}

impl Operation for RecordCaseInformation {
    const NAME: &'static str = "recordCaseInformation";
    const RULE: Rule = Rule::Role(&[Role::System]);

    fn subject(&self) -> StreamId {
        StreamsOf::case(self.noms)
    }

    fn prison(&self) -> Option<PrisonCode> {
        None
    }

    async fn decide(&self, desk: &mut Desk<'_>) -> Result<(), CommandError> {
        let stream = self.subject();
        let case = desk.load::<Case>(&stream)?;
        let command = CaseCommand::Record {
            information: self.information,
            source: self.source,
        };
        desk.write::<Case>(&stream, case.state.decide(command)?)
    }
}
