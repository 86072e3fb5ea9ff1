//! News of an allocation.

use async_graphql::{ComplexObject, Context, SimpleObject};

use super::{Allocation, AllocationEventKind, AllocationTrigger, int};
use crate::{
    access::{Disclosed, Reader},
    fault::Fault,
    price,
    scalars::{DateTime, NomsNumber, Position, PrisonCode},
};

/// A change of an allocation.
#[derive(SimpleObject)]
#[graphql(complex)]
pub(crate) struct AllocationChange {
    /// Its place in the log: give it as `after` to go on from here.
    position: Position,
    /// Whose allocation.
    noms_number: NomsNumber,
    /// The allocation's version after the change.
    version: i32,
    /// What happened.
    kind: AllocationEventKind,
    /// What triggered it.
    trigger: AllocationTrigger,
    /// The prison in whose context it happened.
    prison: Option<PrisonCode>,
    /// When it took effect.
    occurred_at: DateTime,
    /// When it was recorded.
    recorded_at: DateTime,
}

#[ComplexObject]
impl AllocationChange {
    /// The allocation as it is now, with this change and perhaps later ones; absent when the prisoner is another
    /// prison's by now.
    #[graphql(complexity = "price::read(child_complexity)")]
    async fn allocation(&self, ctx: &Context<'_>) -> Result<Option<Allocation>, Fault> {
        Allocation::read(&Reader::of(ctx)?, self.noms_number.0, None).await
    }
}

impl From<Disclosed<projections::AllocationChange>> for AllocationChange {
    fn from(told: Disclosed<projections::AllocationChange>) -> Self {
        let change = told.into_inner();
        Self {
            position: Position(change.position),
            noms_number: NomsNumber(change.noms),
            version: int(change.version),
            kind: change.kind.into(),
            trigger: change.trigger.into(),
            prison: change.prison.map(PrisonCode),
            occurred_at: DateTime(change.occurred_at),
            recorded_at: DateTime(change.recorded_at),
        }
    }
}
