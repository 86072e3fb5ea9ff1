//! Which estate the local profile lives in: remembered, so that the simulated services know the people in the log.

use std::fs;

use anyhow::{Context, Result};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{DataFolder, folder::write_private};
use crate::seed::SeedPlan;

/// How many prisons the small estate has.
const PRISONS: usize = 4;
/// How many years of history.
const YEARS: u32 = 2;
const SEED: u64 = 1;

#[derive(Serialize, Deserialize)]
struct Remembered {
    prisons: usize,
    prisoners: usize,
    years: u32,
    seed: u64,
    until: NaiveDate,
}

/// The small estate that an empty data folder is filled with.
#[must_use]
pub(crate) fn small(prisoners: usize, today: NaiveDate) -> SeedPlan {
    SeedPlan {
        prisons: PRISONS,
        prisoners,
        years: YEARS,
        seed: SEED,
        until: today,
    }
}

/// The plan that the folder was filled by, or this one from now on.
///
/// # Errors
/// When it cannot be read or written down.
pub(crate) fn remember(folder: &DataFolder, otherwise: SeedPlan) -> Result<SeedPlan> {
    if let Some(known) = recall(folder)? {
        return Ok(known);
    }
    let SeedPlan {
        prisons,
        prisoners,
        years,
        seed,
        until,
    } = otherwise;
    let text = serde_json::to_vec_pretty(&Remembered {
        prisons,
        prisoners,
        years,
        seed,
        until,
    })?;
    write_private(&folder.estate(), &text)?;
    Ok(otherwise)
}

/// The plan that the folder was filled by, if it was.
///
/// # Errors
/// When what was written down cannot be read.
pub(crate) fn recall(folder: &DataFolder) -> Result<Option<SeedPlan>> {
    let Ok(text) = fs::read(folder.estate()) else {
        return Ok(None);
    };
    let Remembered {
        prisons,
        prisoners,
        years,
        seed,
        until,
    } = serde_json::from_slice(&text)
        .with_context(|| format!("{} is damaged: remove the data folder", folder.estate().display()))?;
    Ok(Some(SeedPlan {
        prisons,
        prisoners,
        years,
        seed,
        until,
    }))
}
