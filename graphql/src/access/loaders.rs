//! Lookups that are made once for all who ask at the same time: the rows of a list, and mutations that wait together.
//! They remember nothing: each answer is read after it was asked for.

use std::collections::HashMap;

use async_graphql::dataloader::{DataLoader, Loader};
use commands::Position;
use domain::{NomsNumber, PrisonCode, allocation::PomTerms};
use projections::{AllocationView, CaseView, ReadModels};

use crate::fault::Fault;

/// How many rows one read looks up.
const MAX_BATCH: usize = 200;

/// Looks things up together, within a millisecond of the first who asks.
pub(super) fn together<L>(loader: L) -> DataLoader<L> {
    DataLoader::new(loader, tokio::spawn).max_batch_size(MAX_BATCH)
}

/// Who has which case.
pub(super) struct Allocations(pub(super) ReadModels);

impl Loader<NomsNumber> for Allocations {
    type Value = AllocationView;
    type Error = Fault;

    async fn load(&self, keys: &[NomsNumber]) -> Result<HashMap<NomsNumber, AllocationView>, Fault> {
        Ok(self.0.allocations(keys).await?)
    }
}

/// Who had which case. A position says up to where it is told.
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

/// Whose prisoners they are.
pub(super) struct Places(pub(super) ReadModels);

impl Loader<NomsNumber> for Places {
    type Value = PrisonCode;
    type Error = Fault;

    async fn load(&self, keys: &[NomsNumber]) -> Result<HashMap<NomsNumber, PrisonCode>, Fault> {
        Ok(self.0.case_prisons(keys).await?)
    }
}

/// Whose prisoner somebody is: that of the prison that holds them, or, while none does, of the prison where their case
/// was allocated last.
pub(super) fn place_of(case: Option<&CaseView>, allocation: Option<&AllocationView>) -> Option<PrisonCode> {
    let allocation = case.and_then(|case| case.allocation.as_ref()).or(allocation);
    case.and_then(|case| case.facts.prison)
        .or_else(|| allocation.and_then(|view| view.allocation.prison))
}
