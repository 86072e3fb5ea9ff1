//! Everything that can be changed, one file per operation of the command bus.

mod allocate_coworking_pom;
mod allocate_primary_pom;
mod deallocate_coworking_pom;
mod deallocate_primary_pom;
mod execute;

use async_graphql::MergedObject;
use commands::{
    Operation,
    operations::{AllocateCoworkingPom, AllocatePrimaryPom, DeallocateCoworkingPom, DeallocatePrimaryPom},
};

use crate::access::Access;

/// Makes the root of mutations, and the access table of its fields. A field has the name and the rule of its operation.
macro_rules! mutations {
    ($($field:ty => $operation:ty),* $(,)?) => {
        /// Everything that can be changed.
        #[derive(MergedObject, Default)]
        pub(crate) struct Mutation($($field),*);

        /// The rules of mutations, as their operations state them.
        pub(crate) const MUTATIONS: &[(&str, Access)] =
            &[$((<$operation>::NAME, Access::open_to(&[<$operation>::RULE]))),*];
    };
}

mutations! {
    allocate_primary_pom::AllocatePrimaryPomMutation => AllocatePrimaryPom,
    allocate_coworking_pom::AllocateCoworkingPomMutation => AllocateCoworkingPom,
    deallocate_coworking_pom::DeallocateCoworkingPomMutation => DeallocateCoworkingPom,
    deallocate_primary_pom::DeallocatePrimaryPomMutation => DeallocatePrimaryPom,
}
