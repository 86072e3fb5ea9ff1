//! `deallocatePrimaryPom`.

use async_graphql::{Context, InputObject, Object};
use commands::operations::DeallocatePrimaryPom;

use super::execute::execute_and_read_back;
use crate::{
    fault::Fault,
    input::MutationOptions,
    price,
    scalars::{NomsNumber, PrisonCode},
    types::AllocationPayload,
};

/// Whose POMs are to go, and why.
#[derive(Debug, InputObject)]
pub(crate) struct DeallocatePrimaryPomInput {
    /// Whose case.
    noms_number: NomsNumber,
    /// The prison at which the case is allocated, to be sure of it.
    prison: Option<PrisonCode>,
    /// Why; kept in the history.
    reason: String,
    #[graphql(flatten)]
    options: MutationOptions,
}

#[derive(Default)]
pub(crate) struct DeallocatePrimaryPomMutation;

#[Object]
impl DeallocatePrimaryPomMutation {
    /// Takes the primary POM off a case, and a co-working POM who would be left alone. For administrators.
    #[graphql(complexity = "price::change(child_complexity)")]
    async fn deallocate_primary_pom(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Whose POMs are to go, and why.")] input: DeallocatePrimaryPomInput,
    ) -> Result<AllocationPayload, Fault> {
        let (noms, options) = (input.noms_number.0, input.options);
        execute_and_read_back(ctx, noms, DeallocatePrimaryPom::try_from(input)?, options).await
    }
}

impl TryFrom<DeallocatePrimaryPomInput> for DeallocatePrimaryPom {
    type Error = Fault;

    fn try_from(input: DeallocatePrimaryPomInput) -> Result<Self, Fault> {
        if input.reason.trim().is_empty() {
            return Err(Fault::bad_input(
                "'reason' must say why: it is kept in the history",
            ));
        }
        Ok(Self {
            noms: input.noms_number.0,
            prison: input.prison.map(|prison| prison.0),
            reason: input.reason,
        })
    }
}
