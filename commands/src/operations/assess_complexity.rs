//! The complexity of need of a woman's case was assessed.

use domain::{
    Complexity, NomsNumber, PrisonCode,
    casefile::{Case, CaseCommand},
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

/// Records the complexity of need. Allocation rules 1.2 and 6.2.
#[derive(Debug, Clone, Serialize)]
pub struct AssessComplexity {
    /// Whose case.
    pub noms: NomsNumber,
    /// The level.
    pub level: Complexity,
}

impl Operation for AssessComplexity {
    const NAME: &'static str = "assessComplexity";
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
        desk.write::<Case>(
            &stream,
            case.state
                .decide(CaseCommand::AssessComplexity { level: self.level })?,
        )
    }
}
