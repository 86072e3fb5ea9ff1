//! What is so after the events so far.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{
    AllocationEvent, AllocationEventKind, AllocationTrigger, Override, PomSnapshot, PrimaryAllocation,
};
use crate::{PrisonCode, RoshLevel, StaffId, Tier, policy::Recommendation};

/// A POM on a case, and since when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Assignment {
    /// Who.
    pub pom: PomSnapshot,
    /// Since when, UTC.
    pub allocated_at: DateTime<Utc>,
}

/// The allocation of one prisoner. It survives release and return: a prisoner who comes back is allocated in the same stream.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Allocation {
    /// Where the last primary allocation was made; kept after release and transfer.
    pub prison: Option<PrisonCode>,
    /// The primary POM, who owns the case.
    pub primary: Option<Assignment>,
    /// The co-working POM.
    pub coworking: Option<Assignment>,
    /// The last primary POM, while there is none.
    pub previous: Option<PomSnapshot>,
    /// The tier at the last primary allocation.
    pub allocated_at_tier: Option<Tier>,
    /// The risk of serious harm at the last primary allocation.
    pub allocated_at_rosh: Option<RoshLevel>,
    /// What was recommended for the present primary POM.
    pub recommendation: Option<Recommendation>,
    /// Whether that took the POM to be responsible without knowing it; absent where it was not recorded.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub assumes_pom_responsible: Option<bool>,
    /// Why the recommendation was not followed at the last primary allocation.
    pub overridden: Option<Override>,
    /// What happened last, and what triggered it.
    pub last: Option<(AllocationEventKind, AllocationTrigger)>,
    /// Since when the service has had POMs on the case at this prison, UTC: since the first one of the present stay.
    pub stay_since: Option<DateTime<Utc>>,
}

/// Which POMs a case has. Allocation rules 2.1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum AllocationState {
    /// Never allocated.
    None,
    /// A primary POM.
    Primary,
    /// A primary and a co-working POM.
    PrimaryAndCoworking,
    /// Only a co-working POM: the case needs a primary.
    CoworkingOnly,
    /// Allocated once, not now.
    Ended,
}

impl Allocation {
    /// Which POMs the case has.
    #[must_use]
    pub const fn state(&self) -> AllocationState {
        match (&self.primary, &self.coworking, &self.last) {
            (Some(_), Some(_), _) => AllocationState::PrimaryAndCoworking,
            (Some(_), None, _) => AllocationState::Primary,
            (None, Some(_), _) => AllocationState::CoworkingOnly,
            (None, None, Some(_)) => AllocationState::Ended,
            (None, None, None) => AllocationState::None,
        }
    }

    /// The primary POM's staff id.
    #[must_use]
    pub fn primary_id(&self) -> Option<StaffId> {
        self.primary.as_ref().map(|a| a.pom.staff_id)
    }

    /// The co-working POM's staff id.
    #[must_use]
    pub fn coworking_id(&self) -> Option<StaffId> {
        self.coworking.as_ref().map(|a| a.pom.staff_id)
    }

    /// Whether the prisoner has a primary POM at this prison.
    #[must_use]
    pub fn is_active_at(&self, prison: PrisonCode) -> bool {
        self.primary.is_some() && self.prison == Some(prison)
    }

    /// Whether the present stay's first POM came after this moment (UTC): then news of leaving at it tells of an earlier
    /// stay. A POM who came later than the first says nothing of that.
    #[must_use]
    pub fn began_after(&self, moment: DateTime<Utc>) -> bool {
        self.stay_since.is_some_and(|since| since > moment)
    }

    /// Whether a POM who is on the case came onto it after this moment (UTC): then only a look at where the prisoner is now
    /// tells whether news of leaving at it is of this stay.
    #[must_use]
    pub fn anybody_came_after(&self, moment: DateTime<Utc>) -> bool {
        let came = self.primary.iter().chain(&self.coworking);
        came.map(|assignment| assignment.allocated_at)
            .any(|at| at > moment)
    }

    /// The POM whom an event takes off the case while the prisoner stays.
    #[must_use]
    pub fn taken_off_by(&self, event: &AllocationEvent) -> Option<&PomSnapshot> {
        let there = match event {
            AllocationEvent::PrimaryPomDeallocated { .. } => &self.primary,
            AllocationEvent::CoworkingPomDeallocated { .. } => &self.coworking,
            _ => &None,
        };
        there.as_ref().map(|assignment| &assignment.pom)
    }

    /// Takes an event in.
    pub fn apply(&mut self, event: &AllocationEvent) {
        self.last = Some((event.kind(), event.trigger()));
        match event {
            AllocationEvent::PrimaryPomAllocated(to) | AllocationEvent::PrimaryPomReallocated { to, .. } => {
                self.take_primary(to);
            }
            AllocationEvent::CoworkingPomAllocated {
                pom, allocated_at, ..
            }
            | AllocationEvent::CoworkingPomReplaced {
                pom, allocated_at, ..
            } => {
                self.stay_since.get_or_insert(*allocated_at);
                self.coworking = Some(Assignment {
                    pom: pom.clone(),
                    allocated_at: *allocated_at,
                });
            }
            AllocationEvent::PrimaryPomDeallocated { .. } => self.drop_primary(),
            AllocationEvent::CoworkingPomDeallocated { .. } => self.coworking = None,
            AllocationEvent::AllocationEndedByRelease(_)
            | AllocationEvent::AllocationEndedByTransfer { .. } => {
                self.drop_primary();
                self.coworking = None;
                self.stay_since = None;
            }
        }
    }

    fn take_primary(&mut self, to: &PrimaryAllocation) {
        if self.prison != Some(to.prison) {
            self.stay_since = None;
        }
        self.stay_since.get_or_insert(to.allocated_at);
        self.prison = Some(to.prison);
        self.primary = Some(Assignment {
            pom: to.pom.clone(),
            allocated_at: to.allocated_at,
        });
        self.previous = None;
        self.allocated_at_tier = Some(to.tier);
        self.allocated_at_rosh = to.rosh;
        self.recommendation = Some(to.recommendation);
        self.assumes_pom_responsible = to.assumes_pom_responsible;
        self.overridden.clone_from(&to.overridden);
    }

    fn drop_primary(&mut self) {
        if let Some(gone) = self.primary.take() {
            self.previous = Some(gone.pom);
        }
        self.recommendation = None;
        self.assumes_pom_responsible = None;
    }
}
