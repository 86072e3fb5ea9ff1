//! Allocations as they were folded a moment ago, for whoever waited for just that.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use domain::NomsNumber;

use super::{AllocationRow, AllocationView};

/// More than are folded while somebody waits; then all are let go.
const KEPT: usize = 4096;

/// What this process folded and committed last. It may be outdated at any moment; whoever asks says what they have to see.
#[derive(Debug, Default)]
pub(crate) struct FreshAllocations(Mutex<HashMap<NomsNumber, AllocationView>>);

impl FreshAllocations {
    /// Takes in what was just committed.
    pub(crate) fn keep<'r>(&self, rows: impl Iterator<Item = &'r AllocationRow>) {
        let mut kept = self.kept();
        if kept.len() > KEPT {
            kept.clear();
        }
        kept.extend(rows.map(|row| (row.noms, row.clone().into())));
    }

    /// The allocation, if it is known at this version or a later one.
    pub(crate) fn since(&self, noms: NomsNumber, version: u64) -> Option<AllocationView> {
        let kept = self.kept();
        kept.get(&noms).filter(|view| view.version >= version).cloned()
    }

    /// After an erasure what is kept may tell too much.
    pub(crate) fn forget(&self) {
        self.kept().clear();
    }

    fn kept(&self) -> MutexGuard<'_, HashMap<NomsNumber, AllocationView>> {
        // Whatever was being done when somebody panicked, each entry is whole.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
