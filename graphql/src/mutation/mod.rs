//! Everything that can be changed, one file per operation of the command bus.

mod allocate_coworking_pom;
mod allocate_primary_pom;
mod deallocate_coworking_pom;
mod deallocate_primary_pom;
mod execute;

use async_graphql::MergedObject;

/// Everything that can be changed.
#[derive(MergedObject, Default)]
pub(crate) struct Mutation(
    allocate_primary_pom::AllocatePrimaryPomMutation,
    allocate_coworking_pom::AllocateCoworkingPomMutation,
    deallocate_coworking_pom::DeallocateCoworkingPomMutation,
    deallocate_primary_pom::DeallocatePrimaryPomMutation,
);
