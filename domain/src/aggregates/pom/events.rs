//! What can happen to a POM at a prison.

use serde::{Deserialize, Serialize};

use crate::{Personal, PomPosition, PomStatus, WorkingPattern};

/// A member of staff as nomis-user-roles describes them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StaffDetails {
    /// First name, as NOMIS has it.
    pub forename: String,
    /// Last name, as NOMIS has it.
    pub surname: String,
    /// Address; sealed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<Personal<String>>,
}

/// An event of the stream `pom-{prison}-{staff}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum PomEvent {
    /// Became a POM at the prison, or became one again.
    #[serde(rename_all = "camelCase")]
    PomOnboarded {
        /// Who they are.
        details: StaffDetails,
        /// Prison or probation POM.
        position: PomPosition,
        /// How much they work.
        working_pattern: WorkingPattern,
    },
    /// Their name or address changed upstream.
    StaffDetailsObserved {
        /// Who they are now.
        details: StaffDetails,
    },
    /// They work more or less.
    #[serde(rename_all = "camelCase")]
    WorkingPatternChanged {
        /// How much they work now.
        working_pattern: WorkingPattern,
    },
    /// They take cases, or don't.
    PomStatusChanged {
        /// Active, unavailable or inactive.
        status: PomStatus,
    },
    /// No longer a POM at this prison.
    PomRemoved,
}

impl PomEvent {
    /// The event's name in the log.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::PomOnboarded { .. } => "PomOnboarded",
            Self::StaffDetailsObserved { .. } => "StaffDetailsObserved",
            Self::WorkingPatternChanged { .. } => "WorkingPatternChanged",
            Self::PomStatusChanged { .. } => "PomStatusChanged",
            Self::PomRemoved => "PomRemoved",
        }
    }
}
