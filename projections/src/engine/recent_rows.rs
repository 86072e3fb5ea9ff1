//! Rows as they were folded a moment ago, for those who waited for just that.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use domain::{NomsNumber, PrisonCode};
use event_store::Position;

use crate::{
    AllocationView,
    models::{allocations::AllocationRow, cases::CaseRow},
};

/// More than are folded while somebody waits; then all are let go.
const KEPT: usize = 4096;

/// What this process folded and committed last. It may be outdated at any moment: callers say what they have to see.
#[derive(Debug, Default)]
pub(crate) struct RecentRows(Mutex<Kept>);

/// Whose prisoner somebody is: a prison's, or no prison's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place(pub Option<PrisonCode>);

#[derive(Debug, Default)]
struct Kept {
    allocations: HashMap<NomsNumber, AllocationView>,
    places: HashMap<NomsNumber, (Position, Place)>,
}

impl RecentRows {
    /// Takes in allocations that were just committed.
    pub(crate) fn keep_allocations<'r>(&self, rows: impl Iterator<Item = &'r AllocationRow>) {
        let mut kept = self.kept();
        let views = rows.map(|row| (row.noms, row.clone().into()));
        keep(&mut kept.allocations, views);
    }

    /// Takes in whose prisoners they are, of cases that were just committed.
    pub(crate) fn keep_places<'r>(&self, rows: impl Iterator<Item = &'r CaseRow>) {
        let mut kept = self.kept();
        let places = rows.map(|row| (row.noms, (row.position, Place(row.place()))));
        keep(&mut kept.places, places);
    }

    /// The allocation, if it is known at this version or a later one.
    pub(crate) fn allocation(&self, noms: NomsNumber, version: u64) -> Option<AllocationView> {
        let kept = self.kept();
        let view = kept.allocations.get(&noms);
        view.filter(|view| view.version >= version).cloned()
    }

    /// Whose prisoner somebody is, if that is known at this position or a later one.
    pub(crate) fn place(&self, noms: NomsNumber, position: Position) -> Option<Place> {
        let kept = self.kept();
        let place = kept.places.get(&noms);
        place
            .filter(|(known, _)| *known >= position)
            .map(|(_, place)| *place)
    }

    /// After an erasure what is kept may tell too much.
    pub(crate) fn forget(&self) {
        *self.kept() = Kept::default();
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        // Whatever was being done when somebody panicked, each envelope is whole.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn keep<V>(kept: &mut HashMap<NomsNumber, V>, new: impl Iterator<Item = (NomsNumber, V)>) {
    if kept.len() > KEPT {
        kept.clear();
    }
    kept.extend(new);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_known_up_to_the_position_at_which_it_was_folded() {
        let noms = "A1234BC".parse().unwrap();
        let row = CaseRow {
            position: Position::new(7),
            ..CaseRow::new(noms)
        };
        let recent = RecentRows::default();
        recent.keep_places([&row].into_iter());
        let place = |position| recent.place(noms, Position::new(position));
        assert_eq!((place(7), place(8)), (Some(Place(None)), None));
        recent.forget();
        assert_eq!(place(7), None);
    }
}
