//! Which estate the local profile lives in: remembered, so that the simulated services know the people in the log.

use std::fs;

use anyhow::{Context, Result};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{DataFolder, folder::write_private};
use crate::seed::SeedPlan;

/// The estate of a data folder.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(crate) struct Estate {
    /// Who is in it.
    pub(crate) plan: SeedPlan,
    /// Whether its whole history is in the log.
    #[serde(rename = "told")]
    pub(crate) seeded: bool,
}

impl Estate {
    /// The small estate that an empty data folder is filled with.
    #[must_use]
    pub(crate) fn small(prisoners: usize, until: NaiveDate) -> Self {
        let plan = SeedPlan {
            prisons: 4,
            prisoners,
            years: 2,
            seed: 1,
            until,
        };
        Self { plan, seeded: false }
    }

    /// The estate of this folder, or this one from now on.
    ///
    /// # Errors
    /// When it cannot be read or written down.
    pub(crate) fn of(folder: &DataFolder, otherwise: Self) -> Result<Self> {
        if let Some(remembered) = Self::remembered(folder)? {
            return Ok(remembered);
        }
        otherwise.remember(folder)?;
        Ok(otherwise)
    }

    /// The estate of this folder, if it has one.
    ///
    /// # Errors
    /// When it cannot be read.
    pub(crate) fn remembered(folder: &DataFolder) -> Result<Option<Self>> {
        let file = folder.estate();
        if !file.exists() {
            return Ok(None);
        }
        let text = fs::read(&file).with_context(|| format!("cannot read {}", file.display()))?;
        serde_json::from_slice(&text)
            .map(Some)
            .with_context(|| format!("{} is damaged: remove the data folder", file.display()))
    }

    /// Writes it down, for the next start.
    ///
    /// # Errors
    /// When it cannot be written.
    pub(crate) fn remember(self, folder: &DataFolder) -> Result<()> {
        write_private(&folder.estate(), &serde_json::to_vec_pretty(&self)?)
    }
}
