//! What can happen to a prisoner's allocation.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{
    Personal, PomPosition, PrisonCode, RoshLevel, StaffId, Tier,
    aggregates::events,
    policy::{OverrideReason, PolicyVersion, Recommendation},
    shown_name,
};

/// A POM as known at the moment of an allocation: the snapshot that contracts show until staff details are observed again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PomSnapshot {
    /// Who.
    pub staff_id: StaffId,
    /// First name, as NOMIS has it.
    pub forename: String,
    /// Last name, as NOMIS has it.
    pub surname: String,
    /// Address for messages about the case; sealed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<Personal<String>>,
    /// Prison or probation POM.
    pub position: PomPosition,
}

impl PomSnapshot {
    /// `"SURNAME, FORENAME"`, the form in which consumers expect a stored name.
    #[must_use]
    pub fn listed_name(&self) -> String {
        format!("{}, {}", self.surname, self.forename)
    }

    /// `"Forename Surname"`, the form in which screens show the name.
    #[must_use]
    pub fn shown_name(&self) -> String {
        shown_name(&self.forename, &self.surname)
    }
}

/// Why a POM of another type than recommended was chosen. Allocation rules 2.7.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Override {
    /// At least one reason.
    pub reasons: Vec<OverrideReason>,
    /// Text for [`OverrideReason::Suitability`]; sealed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub suitability_detail: Option<Personal<String>>,
    /// Text for [`OverrideReason::Other`]; sealed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub other_detail: Option<Personal<String>>,
}

/// The facts under which a primary POM was chosen, recorded with the choice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PrimaryAllocation {
    /// Where.
    pub prison: PrisonCode,
    /// To whom.
    pub pom: PomSnapshot,
    /// From when, UTC.
    pub allocated_at: DateTime<Utc>,
    /// The tier at that moment.
    pub tier: Tier,
    /// The risk of serious harm at that moment; absent when unknown or not asked for by the policy.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rosh: Option<RoshLevel>,
    /// What was recommended.
    pub recommendation: Recommendation,
    /// Whether that took the POM to be responsible without knowing it; the first ones do not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assumes_pom_responsible: Option<bool>,
    /// Under which policy.
    pub policy: PolicyVersion,
    /// Given when the recommendation was not followed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub overridden: Option<Override>,
    /// Note for the POM; sealed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<Personal<String>>,
}

/// Why a POM was taken off a case otherwise than by release or transfer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RemovalReason {
    /// A user removed the co-working POM.
    User,
    /// The prisoner was allocated at another prison before the news of the move arrived.
    Transferred,
    /// The prisoner's legal status left the service's remit.
    LegalStatusChanged,
    /// The POM became inactive or was removed from the prison.
    PomInactive,
    /// An administrator intervened.
    Manual,
}

events! {
    /// An event of the stream `allocation-{noms}`.
    pub enum AllocationEvent {
        /// A case without primary POM at this prison got one.
        PrimaryPomAllocated(PrimaryAllocation),
        /// A case with a primary POM at this prison got another one.
        #[serde(rename_all = "camelCase")]
        PrimaryPomReallocated {
            /// The new choice.
            to: PrimaryAllocation,
            /// Who had the case before.
            previous: StaffId,
        },
        /// A co-working POM joined.
        #[serde(rename_all = "camelCase")]
        CoworkingPomAllocated {
            /// Who.
            pom: PomSnapshot,
            /// From when, UTC.
            allocated_at: DateTime<Utc>,
            /// Note for both POMs; sealed.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            note: Option<Personal<String>>,
        },
        /// A co-working POM took another one's place.
        #[serde(rename_all = "camelCase")]
        CoworkingPomReplaced {
            /// Who.
            pom: PomSnapshot,
            /// Whom they replace.
            previous: StaffId,
            /// From when, UTC.
            allocated_at: DateTime<Utc>,
            /// Note for the POMs; sealed.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            note: Option<Personal<String>>,
        },
        /// The primary POM was taken off the case; a co-working POM stays.
        #[serde(rename_all = "camelCase")]
        PrimaryPomDeallocated {
            /// Who.
            staff_id: StaffId,
            /// Where they had the case; the first ones do not say.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            prison: Option<PrisonCode>,
            /// Why.
            reason: RemovalReason,
            /// An administrator's explanation; sealed.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            note: Option<Personal<String>>,
        },
        /// The co-working POM was taken off the case.
        #[serde(rename_all = "camelCase")]
        CoworkingPomDeallocated {
            /// Who.
            staff_id: StaffId,
            /// Where they had the case; the first ones do not say.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            prison: Option<PrisonCode>,
            /// Why.
            reason: RemovalReason,
            /// An administrator's explanation; sealed.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            note: Option<Personal<String>>,
        },
        /// The prisoner was released: both POMs are off the case.
        AllocationEndedByRelease(Ended),
        /// The prisoner moved to another prison: both POMs are off the case.
        #[serde(rename_all = "camelCase")]
        AllocationEndedByTransfer {
            /// Who had the case, and where.
            ended: Ended,
            /// The new prison, when it is known.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            to_prison: Option<PrisonCode>,
        },
    }
}

/// Who had the case when a stay ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Ended {
    /// The primary POM, if there was one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub primary: Option<StaffId>,
    /// The co-working POM, if there was one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub coworking: Option<StaffId>,
    /// Where the allocation was made.
    pub from_prison: PrisonCode,
    /// When the prisoner left, UTC.
    pub left_at: DateTime<Utc>,
}

impl AllocationEvent {
    /// Where it happened, when it says so itself.
    #[must_use]
    pub fn prison(&self) -> Option<PrisonCode> {
        match self {
            Self::PrimaryPomAllocated(to) | Self::PrimaryPomReallocated { to, .. } => Some(to.prison),
            Self::PrimaryPomDeallocated { prison, .. } | Self::CoworkingPomDeallocated { prison, .. } => {
                *prison
            }
            Self::AllocationEndedByRelease(ended) | Self::AllocationEndedByTransfer { ended, .. } => {
                Some(ended.from_prison)
            }
            Self::CoworkingPomAllocated { .. } | Self::CoworkingPomReplaced { .. } => None,
        }
    }
}
