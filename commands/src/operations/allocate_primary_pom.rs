//! Makes someone the primary POM of a case: allocates, or reallocates an allocated case.

use domain::{
    AnyStream, NomsNumber, PomKey, PrisonCode, StaffId, Streamed,
    allocation::{AllocatePrimary, Allocation, AllocationCommand},
    case::Case,
    policy::{OverrideForm, OverrideReason, advise},
    pom::Pom,
    prison,
    prisoner::{Prisoner, PrisonerCommand, PrisonerFacts},
};
use serde::Serialize;

use super::{candidate, change_allocation};
use crate::{
    access::{Role, Rule},
    context::CommandContext,
    error::{CommandError, Refusal},
    request::Operation,
};

/// Allocates a primary POM. Allocation rules 2.6 C1 and C2.
#[derive(Debug, Clone, Serialize)]
pub struct AllocatePrimaryPom {
    /// Whose case.
    pub noms: NomsNumber,
    /// Where the allocator works.
    pub prison: PrisonCode,
    /// The chosen POM.
    pub staff: StaffId,
    /// Why another type than recommended.
    pub override_reasons: Vec<OverrideReason>,
    /// Text for `suitability`.
    pub suitability_detail: Option<String>,
    /// Text for `other`.
    pub other_detail: Option<String>,
    /// Note for the POM.
    pub note: Option<String>,
}

impl Operation for AllocatePrimaryPom {
    const NAME: &'static str = "allocatePrimaryPom";
    const RULE: Rule = Rule::RoleInCaseload(&[Role::Allocator, Role::System]);

    fn subject(&self) -> AnyStream {
        Allocation::stream(self.noms).into()
    }

    fn read_set(&self) -> Vec<AnyStream> {
        vec![
            Allocation::stream(self.noms).into(),
            Prisoner::stream(self.noms).into(),
            Case::stream(self.noms).into(),
            Pom::stream(PomKey {
                prison: self.prison,
                staff: self.staff,
            })
            .into(),
        ]
    }

    fn prison(&self) -> Option<PrisonCode> {
        Some(self.prison)
    }

    fn chosen_pom(&self) -> Option<(PrisonCode, StaffId)> {
        Some((self.prison, self.staff))
    }

    async fn decide(&self, context: &mut CommandContext<'_>) -> Result<(), CommandError> {
        let prisoner = self.prisoner(context).await?;
        let case = context.load(Case::stream(self.noms))?.state;
        let advice = advise(
            context.policy.strategy(),
            prisoner.is_immigration_case(),
            case.information.tier,
            case.information.rosh,
        );
        let womens = prison(self.prison).is_some_and(domain::Prison::is_womens);
        let request = AllocatePrimary {
            prison: self.prison,
            prisoner_at: prisoner.prison,
            inside_policy: prisoner.is_inside_policy(context.today()),
            candidate: candidate(context, self.prison, self.staff)?,
            tier: case.information.tier,
            rosh: case.information.rosh,
            missing: case.missing(context.policy, womens),
            recommendation: advice.recommendation,
            assumes_pom_responsible: advice.assumes_pom_responsible,
            policy: context.policy,
            override_form: OverrideForm {
                reasons: self.override_reasons.clone(),
                suitability_detail: self.suitability_detail.clone(),
                other_detail: self.other_detail.clone(),
            },
            note: self.note.clone().map(Into::into),
            at: context.at,
        };
        change_allocation(
            context,
            self.noms,
            AllocationCommand::AllocatePrimary(Box::new(request)),
        )
    }
}

impl AllocatePrimaryPom {
    /// The prisoner as observed. Someone never met before, or last seen elsewhere, is looked up, and what is learnt is
    /// recorded with the allocation: nobody need wait for news of an arrival that may never come.
    async fn prisoner(&self, context: &mut CommandContext<'_>) -> Result<PrisonerFacts, CommandError> {
        let stream = Prisoner::stream(self.noms);
        let prisoner = context.load(stream)?;
        let known = prisoner.state.facts.as_ref();
        if let Some(facts) = known.filter(|facts| facts.prison == Some(self.prison)) {
            // Elsewhere this is not said: it would tell of another prison's prisoner.
            if prisoner.state.is_erased() {
                return Err(Refusal::PersonErased.into());
            }
            return Ok(facts.clone());
        }
        let Some(facts) = context.ports.prisoner(self.noms).await? else {
            return known.cloned().ok_or_else(|| Refusal::PrisonerNotFound.into());
        };
        let events = prisoner
            .state
            .decide(PrisonerCommand::Observe(Box::new(facts.clone())))?;
        context.write(stream, events)?;
        Ok(facts)
    }
}
