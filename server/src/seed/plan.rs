//! What estate to make, and the ids of everything in it.

use std::{fmt::Display, sync::Arc};

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use simulator::population::Population;
use uuid::Uuid;

/// The space of ids that seeding gives.
const NAMESPACE: Uuid = Uuid::from_u128(0x5eed_0a11_0ca7_4000_8000_7468_6520_6573);

/// What estate to make.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeedPlan {
    /// How many prisons.
    pub prisons: usize,
    /// How many prisoners.
    pub prisoners: usize,
    /// How many years of history.
    pub years: u32,
    /// The same seed makes the same estate.
    pub seed: u64,
    /// The London date on which the history ends.
    pub until: NaiveDate,
}

impl SeedPlan {
    /// The people of the estate.
    #[must_use]
    pub fn population(&self) -> Arc<Population> {
        Arc::new(Population::generate(
            self.seed,
            self.prisons,
            self.prisoners,
            self.until,
        ))
    }

    /// The id that all commands of the plan share.
    #[must_use]
    pub fn correlation_id(&self) -> Uuid {
        let Self {
            prisons,
            prisoners,
            years,
            seed,
            until,
        } = self;
        Uuid::new_v5(
            &NAMESPACE,
            format!("{prisons}/{prisoners}/{years}/{seed}/{until}").as_bytes(),
        )
    }

    /// The id of the n-th command about a subject.
    #[must_use]
    pub fn command_id(&self, subject: impl Display, n: u64) -> Uuid {
        Uuid::new_v5(&self.correlation_id(), format!("{subject}/{n}").as_bytes())
    }
}
