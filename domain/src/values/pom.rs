//! A POM's grade, status and working pattern.

use serde::{Deserialize, Serialize};

use super::coded::coded;

coded! {
    /// The grade of a POM. Allocation rules 1.1.
    PomPosition {
        /// Prison officer grade.
        Prison = "PRO",
        /// Probation officer grade.
        Probation = "PO",
    }
}

impl PomPosition {
    /// `prison` or `probation`, the word that history and contracts use.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Prison => "prison",
            Self::Probation => "probation",
        }
    }
}

coded! {
    /// Whether a POM takes cases. Allocation rules 4.2.
    PomStatus {
        /// Takes new cases.
        Active = "active",
        /// Keeps cases, takes no new ones.
        Unavailable = "unavailable",
        /// Away from work.
        Inactive = "inactive",
        /// No longer a POM at this prison.
        Deleted = "deleted",
    }
}

/// A POM's working pattern in tenths of full time: 0 to 10, one tenth being half a day a week. Allocation rules 4.1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
pub struct WorkingPattern(u8);

impl WorkingPattern {
    /// Full time.
    pub const FULL_TIME: Self = Self(10);

    /// Tenths of full time.
    #[must_use]
    pub const fn tenths(self) -> u8 {
        self.0
    }
}

/// A working pattern of more than ten tenths.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a working pattern is 0 to 10 tenths of full time")]
pub struct InvalidWorkingPattern;

impl TryFrom<u8> for WorkingPattern {
    type Error = InvalidWorkingPattern;

    fn try_from(tenths: u8) -> Result<Self, InvalidWorkingPattern> {
        if tenths <= 10 {
            Ok(Self(tenths))
        } else {
            Err(InvalidWorkingPattern)
        }
    }
}

impl From<WorkingPattern> for u8 {
    fn from(pattern: WorkingPattern) -> Self {
        pattern.0
    }
}
