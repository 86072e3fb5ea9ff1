//! Lookups that are made once for all who ask at the same time: the rows of a list, and mutations that wait together.
//! They remember nothing: each answer is read after it was asked for.

use std::collections::HashMap;

use async_graphql::{
    Context,
    dataloader::{DataLoader, Loader},
};
use commands::Position;
use domain::{NomsNumber, allocation::PomTerms};
use projections::{AllocationView, ReadModels};

use crate::fault::Fault;

/// How many rows one read looks up.
const MAX_BATCH: usize = 200;

/// Looks allocations up together, within a millisecond of the first who asks. Whether the reader may see them is for
/// whoever asks to say.
pub(crate) struct Allocations(ReadModels);

impl Allocations {
    pub(crate) fn new(models: ReadModels) -> DataLoader<Self> {
        DataLoader::new(Self(models), tokio::spawn).max_batch_size(MAX_BATCH)
    }

    pub(crate) fn of<'a>(ctx: &Context<'a>) -> &'a DataLoader<Self> {
        ctx.data_unchecked()
    }
}

impl Loader<NomsNumber> for Allocations {
    type Value = AllocationView;
    type Error = Fault;

    async fn load(&self, keys: &[NomsNumber]) -> Result<HashMap<NomsNumber, AllocationView>, Fault> {
        Ok(self.0.allocations(keys).await?)
    }
}

/// Reads who had which case, for all of a list at once. A position says up to where it is told.
pub(crate) struct Terms(ReadModels);

impl Terms {
    pub(crate) fn new(models: ReadModels) -> DataLoader<Self> {
        DataLoader::new(Self(models), tokio::spawn).max_batch_size(MAX_BATCH)
    }

    pub(crate) fn of<'a>(ctx: &Context<'a>) -> &'a DataLoader<Self> {
        ctx.data_unchecked()
    }
}

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
