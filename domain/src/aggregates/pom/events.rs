//! What can happen to a POM at a prison.

use serde::{Deserialize, Serialize};

use crate::{Personal, PomPosition, PomStatus, WorkingPattern, aggregates::events};

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

events! {
    /// An event of the stream `pom-{prison}-{staff}`.
    pub enum PomEvent {
        /// Someone became a POM at a prison, or became one again.
        #[serde(rename_all = "camelCase")]
        PomOnboarded {
            /// Who they are.
            details: StaffDetails,
            /// Prison or probation POM.
            position: PomPosition,
            /// How much they work.
            working_pattern: WorkingPattern,
        },
        /// A POM's name or address changed upstream.
        StaffDetailsObserved {
            /// Who they are now.
            details: StaffDetails,
        },
        /// A POM works more or less.
        #[serde(rename_all = "camelCase")]
        WorkingPatternChanged {
            /// How much they work now.
            working_pattern: WorkingPattern,
        },
        /// A POM takes cases, or doesn't.
        PomStatusChanged {
            /// Active, unavailable or inactive.
            status: PomStatus,
        },
        /// Someone is no longer a POM at a prison.
        PomRemoved,
    }
}

impl PomEvent {}
