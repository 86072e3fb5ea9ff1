//! `allocateCoworkingPom`.

use async_graphql::{Context, InputObject, Object};
use commands::operations::AllocateCoworkingPom;

use super::execute::execute_and_read_back;
use crate::{
    fault::Fault,
    input::{MutationOptions, staff_id},
    price,
    scalars::{NomsNumber, PrisonCode},
    types::AllocationPayload,
};

/// Who is to support the primary POM of which case.
#[derive(Debug, InputObject)]
pub(crate) struct AllocateCoworkingPomInput {
    /// Whose case.
    noms_number: NomsNumber,
    /// The prison at which the case is allocated.
    prison: PrisonCode,
    /// The staff id of the chosen POM.
    staff_id: i32,
    /// A note for both POMs.
    note: Option<String>,
    #[graphql(flatten)]
    options: MutationOptions,
}

#[derive(Default)]
pub(crate) struct AllocateCoworkingPomMutation;

#[Object]
impl AllocateCoworkingPomMutation {
    /// Adds a co-working POM to an allocated case, or replaces the present one.
    #[graphql(complexity = "price::change(child_complexity)")]
    async fn allocate_coworking_pom(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Who is to support the primary POM of which case.")]
        input: AllocateCoworkingPomInput,
    ) -> Result<AllocationPayload, Fault> {
        let (noms, options) = (input.noms_number.0, input.options);
        execute_and_read_back(ctx, noms, AllocateCoworkingPom::try_from(input)?, options).await
    }
}

impl TryFrom<AllocateCoworkingPomInput> for AllocateCoworkingPom {
    type Error = Fault;

    fn try_from(input: AllocateCoworkingPomInput) -> Result<Self, Fault> {
        Ok(Self {
            noms: input.noms_number.0,
            prison: input.prison.0,
            staff: staff_id(input.staff_id)?,
            note: input.note,
        })
    }
}
