//! Batched reads: the rows of a list, and mutations that wait together, are looked up in one query. Nothing is cached.

use std::collections::HashMap;

use async_graphql::dataloader::{DataLoader, Loader};
use commands::Position;
use domain::{NomsNumber, PrisonCode, allocation::PomTerms};
use projections::{AllocationView, ReadModels};

use crate::fault::Fault;

/// How many keys one query looks up.
const MAX_BATCH: usize = 200;

/// A loader that collects keys for a millisecond.
pub(super) fn batched<L>(loader: L) -> DataLoader<L> {
    DataLoader::new(loader, tokio::spawn).max_batch_size(MAX_BATCH)
}

/// Loads allocations.
pub(super) struct Allocations(pub(super) ReadModels);

impl Loader<NomsNumber> for Allocations {
    type Value = AllocationView;
    type Error = Fault;

    async fn load(&self, keys: &[NomsNumber]) -> Result<HashMap<NomsNumber, AllocationView>, Fault> {
        Ok(self.0.allocations(keys).await?)
    }
}

/// Loads the primary POMs of cases up to a position.
pub(super) struct Terms(pub(super) ReadModels);

impl Loader<(NomsNumber, Position)> for Terms {
    type Value = PomTerms;
    type Error = Fault;

    async fn load(
        &self,
        keys: &[(NomsNumber, Position)],
    ) -> Result<HashMap<(NomsNumber, Position), PomTerms>, Fault> {
        Ok(self.0.pom_terms(keys).await?)
    }
}

/// Loads the prisons whose staff may see prisoners.
pub(super) struct CasePrisons(pub(super) ReadModels);

impl Loader<NomsNumber> for CasePrisons {
    type Value = PrisonCode;
    type Error = Fault;

    async fn load(&self, keys: &[NomsNumber]) -> Result<HashMap<NomsNumber, PrisonCode>, Fault> {
        Ok(self.0.case_prisons(keys).await?)
    }
}
