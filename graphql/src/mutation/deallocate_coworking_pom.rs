//! `deallocateCoworkingPom`.

use async_graphql::{Context, InputObject, Object};
use commands::operations::DeallocateCoworkingPom;

use super::execute::execute_and_read_back;
use crate::{
    fault::Fault,
    input::MutationOptions,
    price,
    scalars::{NomsNumber, PrisonCode},
    types::AllocationPayload,
};

/// Whose co-working POM is to go.
#[derive(Debug, InputObject)]
pub(crate) struct DeallocateCoworkingPomInput {
    /// Whose case.
    noms_number: NomsNumber,
    /// The prison at which the case is allocated, to be sure of it.
    prison: Option<PrisonCode>,
    /// Why.
    note: Option<String>,
    #[graphql(flatten)]
    options: MutationOptions,
}

#[derive(Default)]
pub(crate) struct DeallocateCoworkingPomMutation;

#[Object]
impl DeallocateCoworkingPomMutation {
    /// Takes the co-working POM off a case.
    #[graphql(complexity = "price::change(child_complexity)")]
    async fn deallocate_coworking_pom(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Whose co-working POM is to go.")] input: DeallocateCoworkingPomInput,
    ) -> Result<AllocationPayload, Fault> {
        let (noms, options) = (input.noms_number.0, input.options);
        execute_and_read_back(ctx, noms, DeallocateCoworkingPom::from(input), options).await
    }
}

impl From<DeallocateCoworkingPomInput> for DeallocateCoworkingPom {
    fn from(input: DeallocateCoworkingPomInput) -> Self {
        Self {
            noms: input.noms_number.0,
            prison: input.prison.map(|prison| prison.0),
            note: input.note,
        }
    }
}
