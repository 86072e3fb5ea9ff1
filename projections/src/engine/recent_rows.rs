//! Rows that this process has just folded and committed, for requests that wait for them: what they need comes from memory instead
//! of Postgres. [`Row::recent`] says what a model keeps.

use std::{
    any::Any,
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use crate::{Model, engine::row::Row, envelope::RowKey, models::for_model};

/// More than are folded while a request waits. When a model has more, all are dropped.
const CACHE_CAPACITY: usize = 4096;

/// The recent rows of each model, in the order of [`Model::ALL`]. They may be outdated: callers name the version or position
/// that they have to see.
pub(crate) struct RecentRows([Box<dyn Any + Send + Sync>; Model::ALL.len()]);

/// The recent rows of one model.
struct Recent<R: Row>(Mutex<HashMap<RowKey, R::Recent>>);

impl RecentRows {
    pub(crate) fn new() -> Self {
        Self(
            Model::ALL.map(|model| for_model!(model, R => Box::new(Recent::<R>(Mutex::default())) as Box<_>)),
        )
    }

    /// Keeps what the model wants to keep of rows that were just committed.
    pub(crate) fn remember<'r, R: Row>(&self, committed: impl Iterator<Item = (RowKey, &'r R)>) {
        let mut new = committed
            .filter_map(|(key, row)| Some((key, row.recent()?)))
            .peekable();
        let (Some(_), Some(mut kept)) = (new.peek(), self.of::<R>()) else {
            return;
        };
        if kept.len() > CACHE_CAPACITY {
            kept.clear();
        }
        kept.extend(new);
    }

    /// What is read from a recent row.
    pub(crate) fn read<R: Row, T>(
        &self,
        key: RowKey,
        read: impl FnOnce(&R::Recent) -> Option<T>,
    ) -> Option<T> {
        self.of::<R>()?.get(&key).and_then(read)
    }

    /// Drops everything: after an erasure it may hold personal data that is gone elsewhere.
    pub(crate) fn clear(&self) {
        for model in Model::ALL {
            for_model!(model, R => if let Some(mut kept) = self.of::<R>() {
                kept.clear();
            });
        }
    }

    fn of<R: Row>(&self) -> Option<MutexGuard<'_, HashMap<RowKey, R::Recent>>> {
        let mut all = self.0.iter();
        let Recent::<R>(kept) = all.find_map(|rows| rows.downcast_ref())?;
        // A panic of another thread leaves each row whole.
        Some(kept.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::models::{cases::CaseRow, poms::PomRow};

    #[test]
    fn a_model_keeps_what_it_wants_to_keep_of_a_row_until_everything_is_cleared() {
        let case = CaseRow::new("A1234BC".parse().unwrap());
        let pom = PomRow::new("LEI".parse().unwrap(), 101.try_into().unwrap());
        let key = RowKey::Prisoner(case.noms);
        let recent = RecentRows::new();
        recent.remember([(key, &case)].into_iter());
        recent.remember([(key, &pom)].into_iter());
        let kept = |recent: &RecentRows| recent.read::<CaseRow, _>(key, |kept| Some(*kept));
        assert_eq!(kept(&recent), case.recent());
        assert!(recent.read::<PomRow, _>(key, |_| Some(())).is_none());
        recent.clear();
        assert_eq!(kept(&recent), None);
    }
}
