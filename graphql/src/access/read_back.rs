//! Reading back what a mutation has changed.

use commands::{Done, Position};
use domain::PrisonCode;
use projections::AsOf;

use super::{Disclosable, Disclosed, Reader, freshness::READ_MODEL_TIMEOUT};
use crate::fault::Fault;

/// The state that a view must show.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Freshness {
    /// The position that it includes; none if any will do.
    pub(crate) position: Option<Position>,
    /// Whether to wait for the read models.
    pub(crate) wait: bool,
}

/// A view of an aggregate that mutations read back.
pub(crate) trait ReadBack: Disclosable + Send + Sized {
    /// The aggregate's key.
    type Key: Copy + Send;

    /// The prison whose staff may see the aggregate. `recorded` is the change, if it is new.
    fn prison(
        reader: &Reader<'_>,
        key: Self::Key,
        recorded: Option<&Done>,
    ) -> impl Future<Output = Result<Option<PrisonCode>, Fault>> + Send;

    /// The view from the read models.
    fn current(
        reader: &Reader<'_>,
        key: Self::Key,
        recorded: Option<&Done>,
    ) -> impl Future<Output = Result<Option<Self>, Fault>> + Send;

    /// The view from the log, with the prison whose staff may see the aggregate.
    fn in_log(
        reader: &Reader<'_>,
        key: Self::Key,
        at: AsOf,
    ) -> impl Future<Output = Result<(Option<PrisonCode>, Option<Self>), Fault>> + Send;
}

impl Reader<'_> {
    /// The view from the read models once they are fresh enough, else from the log. Callers who may not see the aggregate
    /// now get none, even if they have just changed it.
    pub(crate) async fn read_back<V: ReadBack>(
        &self,
        key: V::Key,
        Freshness { position, wait }: Freshness,
        done: Option<&Done>,
    ) -> Result<Option<Disclosed<V>>, Fault> {
        let caught_up = match position {
            Some(position) if wait => self.models().reached(position, READ_MODEL_TIMEOUT).await.is_ok(),
            position => position.is_none(),
        };
        if !caught_up {
            let now = AsOf::Position(self.head().await?);
            let (prison, view) = V::in_log(self, key, now).await?;
            return Ok(view.and_then(|view| Disclosed::to(&self.caller, prison, view)));
        }
        // A replay shows the present state, which may be later than the change.
        let recorded = done.filter(|done| done.position().is_some() && !done.replayed());
        let prison = V::prison(self, key, recorded);
        self.disclosed_at(prison, V::current(self, key, recorded)).await
    }
}
