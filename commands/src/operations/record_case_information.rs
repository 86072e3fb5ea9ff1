//! Case information becomes known: from nDelius or the tier service.

use domain::{
    AnyStream, NomsNumber, PrisonCode, Streamed,
    case::{Case, CaseCommand, CaseInformation, InformationSource},
};
use serde::Serialize;

use crate::{
    access::{Role, Rule},
    context::CommandContext,
    error::CommandError,
    request::Operation,
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

    fn subject(&self) -> AnyStream {
        Case::stream(self.noms).into()
    }

    fn prison(&self) -> Option<PrisonCode> {
        None
    }

    async fn decide(&self, context: &mut CommandContext<'_>) -> Result<(), CommandError> {
        let stream = Case::stream(self.noms);
        let case = context.load(stream)?;
        let command = CaseCommand::Record {
            information: self.information,
            source: self.source,
        };
        context.write(stream, case.state.decide(command)?)
    }
}
