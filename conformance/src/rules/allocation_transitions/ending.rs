//! How one command ended, in the words of the present service.

use domain::allocation::{Allocation, AllocationEvent, AllocationRefusal, AllocationState};

use crate::rule::BadCase;

/// How one command ended.
pub(super) struct Ending {
    /// One word.
    pub result: &'static str,
    /// The field at fault, when there is one.
    pub error: Option<&'static str>,
    /// Whether the complexity of need lapsed.
    pub complexity_inactivated: bool,
    /// What happened.
    pub events: Vec<AllocationEvent>,
    /// Why nothing happened.
    pub refusal: Option<AllocationRefusal>,
}

impl Ending {
    /// Done, and these events happened.
    pub(super) const fn ok(events: Vec<AllocationEvent>) -> Self {
        Self {
            result: "ok",
            error: None,
            complexity_inactivated: false,
            events,
            refusal: None,
        }
    }

    /// A movement that means nothing here.
    pub(super) fn ignored() -> Self {
        Self {
            result: "ignored",
            ..Self::ok(Vec::new())
        }
    }

    /// Refused, or nothing left to do.
    ///
    /// # Errors
    /// When a rule refused that the cases cannot break.
    pub(super) fn refused(refusal: AllocationRefusal, allocation: &Allocation) -> Result<Self, BadCase> {
        let never_allocated = allocation.state() == AllocationState::None;
        let (result, error) = match refusal {
            AllocationRefusal::NoPrimaryPom | AllocationRefusal::NothingToDeallocate if never_allocated => {
                ("rejected_not_found", None)
            }
            // Asked for what is so already: nothing changes, and nobody is at fault.
            AllocationRefusal::NothingToDeallocate => ("ok", None),
            AllocationRefusal::PomNotAvailable(_) => ("rejected_not_eligible", None),
            AllocationRefusal::SameAsCoworking | AllocationRefusal::NoPrimaryPom => {
                ("rejected_invalid", Some("primary_pom_nomis_id"))
            }
            AllocationRefusal::InformationMissing(_) => ("rejected_invalid", Some("allocated_at_tier")),
            AllocationRefusal::Override(_)
            | AllocationRefusal::PrisonerNotAtPrison
            | AllocationRefusal::OutsideOmicPolicy => {
                return Err(BadCase::value("sequence", refusal.to_string()));
            }
        };
        Ok(Self {
            result,
            error,
            refusal: Some(refusal),
            ..Self::ok(Vec::new())
        })
    }
}
