//! `deallocateCoworkingPom`.

use async_graphql::{Context, InputObject, Object};
use commands::operations::DeallocateCoworkingPom;
use uuid::Uuid;

use super::settle::settle;
use crate::{
    fault::Fault,
    input::Envelope,
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
    /// Your id for this request: the same id again gives the same answer.
    command_id: Option<Uuid>,
    /// Refuse if the allocation is not at this version.
    expected_version: Option<i32>,
    /// Answer only once readers see the change.
    #[graphql(default = true)]
    wait_for_read_models: bool,
}

#[derive(Default)]
pub(crate) struct DeallocateCoworkingPomMutation;

#[Object]
impl DeallocateCoworkingPomMutation {
    /// Takes the co-working POM off a case.
    async fn deallocate_coworking_pom(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Whose co-working POM is to go.")] input: DeallocateCoworkingPomInput,
    ) -> Result<AllocationPayload, Fault> {
        let envelope = input.envelope();
        settle(
            ctx,
            input.noms_number.0,
            DeallocateCoworkingPom::from(input),
            envelope,
        )
        .await
    }
}

impl DeallocateCoworkingPomInput {
    const fn envelope(&self) -> Envelope {
        Envelope {
            command_id: self.command_id,
            expected_version: self.expected_version,
            wait_for_read_models: self.wait_for_read_models,
        }
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
