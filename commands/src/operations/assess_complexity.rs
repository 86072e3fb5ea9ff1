//! The complexity of need of a woman's case was assessed.

use domain::{
    AnyStream, Complexity, NomsNumber, PrisonCode, Streamed,
    case::{Case, CaseCommand},
};
use serde::Serialize;

use crate::{
    access::{Role, Rule},
    context::CommandContext,
    error::CommandError,
    request::Operation,
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

    fn subject(&self) -> AnyStream {
        Case::stream(self.noms).into()
    }

    fn prison(&self) -> Option<PrisonCode> {
        None
    }

    async fn decide(&self, context: &mut CommandContext<'_>) -> Result<(), CommandError> {
        let stream = Case::stream(self.noms);
        let case = context.load(stream)?;
        let command = CaseCommand::AssessComplexity { level: self.level };
        context.write(stream, case.state.decide(command)?)
    }
}
