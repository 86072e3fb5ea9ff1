//! `allocatePrimaryPom`.

use async_graphql::{Context, InputObject, Object};
use commands::operations::AllocatePrimaryPom;

use super::execute::execute_and_read_back;
use crate::{
    fault::Fault,
    input::{MutationOptions, staff_id},
    price,
    scalars::{NomsNumber, PrisonCode},
    types::{AllocationPayload, OverrideReason},
};

/// Who is to have which case.
#[derive(Debug, InputObject)]
pub(crate) struct AllocatePrimaryPomInput {
    /// Whose case.
    noms_number: NomsNumber,
    /// The prison at which the prisoner is.
    prison: PrisonCode,
    /// The staff id of the chosen POM.
    staff_id: i32,
    /// Why another type of POM than recommended; at least one when the type differs.
    override_reasons: Option<Vec<OverrideReason>>,
    /// The text that goes with `SUITABILITY`, at most 175 characters.
    suitability_detail: Option<String>,
    /// The text that goes with `OTHER`, at most 175 characters.
    other_detail: Option<String>,
    /// A note for the POM.
    note: Option<String>,
    #[graphql(flatten)]
    options: MutationOptions,
}

#[derive(Default)]
pub(crate) struct AllocatePrimaryPomMutation;

#[Object]
impl AllocatePrimaryPomMutation {
    /// Makes someone the primary POM of a case: allocates, or reallocates an allocated case.
    #[graphql(complexity = "price::change(child_complexity)")]
    async fn allocate_primary_pom(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Who is to have which case.")] input: AllocatePrimaryPomInput,
    ) -> Result<AllocationPayload, Fault> {
        let (noms, options) = (input.noms_number.0, input.options);
        execute_and_read_back(ctx, noms, AllocatePrimaryPom::try_from(input)?, options).await
    }
}

impl TryFrom<AllocatePrimaryPomInput> for AllocatePrimaryPom {
    type Error = Fault;

    fn try_from(input: AllocatePrimaryPomInput) -> Result<Self, Fault> {
        let reasons = input.override_reasons.unwrap_or_default();
        Ok(Self {
            noms: input.noms_number.0,
            prison: input.prison.0,
            staff: staff_id(input.staff_id)?,
            override_reasons: reasons.into_iter().map(Into::into).collect(),
            suitability_detail: input.suitability_detail,
            other_detail: input.other_detail,
            note: input.note,
        })
    }
}
