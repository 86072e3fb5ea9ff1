//! The clock that due dates are compared with.

use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, Utc};

/// The database's clock, or in tests one that is set by hand.
#[derive(Debug, Clone, Default)]
pub struct Clock {
    simulated: Option<Arc<Mutex<DateTime<Utc>>>>,
}

impl Clock {
    /// The database's clock.
    #[must_use]
    pub fn of_database() -> Self {
        Self::default()
    }

    /// A clock that stands at this time until it is set.
    #[must_use]
    pub fn simulated(at: DateTime<Utc>) -> Self {
        Self {
            simulated: Some(Arc::new(Mutex::new(at))),
        }
    }

    /// Sets a simulated clock, and all its clones. The database's clock cannot be set.
    pub fn set(&self, at: DateTime<Utc>) {
        if let Some(simulated) = &self.simulated {
            *simulated.lock().unwrap_or_else(PoisonError::into_inner) = at;
        }
    }

    /// The time that statements are given: none means the database's own.
    pub(super) fn given(&self) -> Option<DateTime<Utc>> {
        let simulated = self.simulated.as_ref()?;
        Some(*simulated.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
