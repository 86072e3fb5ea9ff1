//! A prison's dashboard.

use async_graphql::{ComplexObject, Context, Enum, ID, SimpleObject};
use projections::PrisonCounts;

use super::{GlobalId, int};
use crate::{access::Reader, fault::Fault, price, scalars::PrisonCode};

/// A prison and what waits there.
#[derive(SimpleObject)]
#[graphql(complex)]
pub(crate) struct Prison {
    /// The global id.
    pub(super) id: ID,
    /// The code.
    code: PrisonCode,
    /// The name.
    name: String,
    /// Whom the prison holds, and how closely.
    estate: Estate,
}

/// Whom a prison holds, and how closely.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "domain::Estate")]
pub(crate) enum Estate {
    /// Women.
    Womens,
    /// Men, open.
    MensOpen,
    /// Men, closed.
    MensClosed,
}

/// How many cases each list of a prison has.
#[derive(SimpleObject)]
#[graphql(name = "PrisonCounts")]
pub(crate) struct Counts {
    /// Cases with a primary POM at the prison.
    allocated: i32,
    /// Cases that can be allocated.
    unallocated: i32,
    /// Cases that cannot be allocated until details are added.
    missing_information: i32,
}

#[ComplexObject]
impl Prison {
    /// How many cases each list has.
    #[graphql(complexity = "price::counts(child_complexity)")]
    async fn counts(&self, ctx: &Context<'_>) -> Result<Counts, Fault> {
        Ok(Reader::of(ctx)?.counts(self.code.0).await?.into())
    }
}

impl Prison {
    /// The prison of this code, if the service knows it.
    pub(crate) fn find(code: domain::PrisonCode) -> Option<Self> {
        let prison = domain::prison(code)?;
        Some(Self {
            id: GlobalId::Prison(code).into(),
            code: PrisonCode(code),
            name: prison.name.to_owned(),
            estate: prison.estate.into(),
        })
    }
}

impl From<PrisonCounts> for Counts {
    fn from(counts: PrisonCounts) -> Self {
        Self {
            allocated: int(counts.allocated),
            unallocated: int(counts.unallocated),
            missing_information: int(counts.missing_information),
        }
    }
}
