//! Objects with a global id.

use async_graphql::{ID, Interface};

use super::{Allocation, Case, Pom, Prison};

/// Whatever has a global id.
#[derive(Interface)]
#[graphql(field(name = "id", ty = "&ID", desc = "The global id."))]
pub(crate) enum Node {
    /// Who has a prisoner's case.
    Allocation(Box<Allocation>),
    /// A prisoner's case.
    Case(Box<Case>),
    /// A POM at a prison.
    Pom(Pom),
    /// A prison.
    Prison(Prison),
}
