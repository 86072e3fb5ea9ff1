//! Which events a command leads to. Allocation rules 2.6 to 2.8.

use chrono::{DateTime, Utc};

use super::{
    AllocatePrimary, Allocation, AllocationCommand, AllocationEvent, AllocationRefusal, Candidate, Ended,
    PomObstacle, PrimaryAllocation, RemovalReason,
};
use crate::{Personal, PrisonCode, StaffId, case::MissingInformation};

type Decision = Result<Vec<AllocationEvent>, AllocationRefusal>;

impl Allocation {
    /// The events that a command leads to; none when it changes nothing.
    ///
    /// # Errors
    /// When the rules do not allow it.
    pub fn decide(&self, command: AllocationCommand) -> Decision {
        match command {
            AllocationCommand::AllocatePrimary(request) => self.allocate_primary(*request),
            AllocationCommand::AllocateCoworking { candidate, note, at } => {
                self.allocate_coworking(candidate, note, at)
            }
            AllocationCommand::DeallocateCoworking { reason, note } => {
                self.deallocate_coworking(reason, note)
            }
            AllocationCommand::DeallocateManually { note } => self.deallocate_manually(note.as_ref()),
            AllocationCommand::EndByRelease { left_at } => Ok(released(self.stay_ended(left_at))),
            AllocationCommand::EndByTransfer { to_prison, left_at } => {
                Ok(transferred(self.stay_ended(left_at), to_prison))
            }
            AllocationCommand::EndByAbsence {
                released: true,
                left_at,
                ..
            } => Ok(released(self.everybody(left_at))),
            AllocationCommand::EndByAbsence {
                to_prison, left_at, ..
            } => Ok(transferred(self.everybody(left_at), to_prison)),
            AllocationCommand::EndByLegalStatus => {
                Ok(self.remove_everybody(RemovalReason::LegalStatusChanged, None))
            }
            AllocationCommand::RemoveInactivePom { staff_id, prison } => {
                Ok(self.remove_inactive(staff_id, prison))
            }
        }
    }

    fn allocate_primary(&self, request: AllocatePrimary) -> Decision {
        let candidate = self.eligible(&request)?;
        let overridden = if request.recommendation.is_overridden_by(candidate.pom.position) {
            Some(request.override_form.accept()?)
        } else {
            None
        };
        let tier = request
            .tier
            .ok_or(AllocationRefusal::InformationMissing(MissingInformation::Tier))?;
        let to = PrimaryAllocation {
            prison: request.prison,
            pom: candidate.pom,
            allocated_at: request.at,
            tier,
            rosh: request.rosh.filter(|_| request.policy.needs_rosh()),
            recommendation: request.recommendation,
            assumes_pom_responsible: Some(request.assumes_pom_responsible),
            policy: request.policy,
            overridden,
            note: request.note,
        };
        match self.primary_id() {
            Some(previous) if self.is_active_at(request.prison) => {
                Ok(vec![AllocationEvent::PrimaryPomReallocated { to, previous }])
            }
            // A stay at another prison that nobody ended yet ends before the new one begins: whoever was quicker, this
            // prison or the news of the move, nobody of the old prison is left on the case.
            _ => {
                let mut events = Vec::new();
                if self.prison != Some(request.prison) {
                    events = self.remove_everybody(RemovalReason::Transferred, None);
                }
                events.push(AllocationEvent::PrimaryPomAllocated(to));
                Ok(events)
            }
        }
    }

    /// Whoever may take this case, or why nobody of that number may.
    fn eligible(&self, request: &AllocatePrimary) -> Result<Candidate, AllocationRefusal> {
        if request.prisoner_at != Some(request.prison) {
            return Err(AllocationRefusal::PrisonerNotAtPrison);
        }
        if !request.inside_policy {
            return Err(AllocationRefusal::OutsideOmicPolicy);
        }
        let candidate = available(request.candidate.clone())?;
        let chosen = Some(candidate.pom.staff_id);
        if self.prison == Some(request.prison) {
            if self.primary_id() == chosen {
                return Err(AllocationRefusal::PomNotAvailable(PomObstacle::HasTheCase));
            }
            if self.coworking_id() == chosen {
                return Err(AllocationRefusal::PomNotAvailable(PomObstacle::SupportsTheCase));
            }
        }
        match request.missing {
            Some(missing) if !self.is_active_at(request.prison) => {
                Err(AllocationRefusal::InformationMissing(missing))
            }
            _ => Ok(candidate),
        }
    }

    fn allocate_coworking(
        &self,
        candidate: Option<Candidate>,
        note: Option<Personal<String>>,
        allocated_at: DateTime<Utc>,
    ) -> Decision {
        let primary = self.primary_id().ok_or(AllocationRefusal::NoPrimaryPom)?;
        let pom = available(candidate)?.pom;
        if pom.staff_id == primary {
            return Err(AllocationRefusal::SameAsCoworking);
        }
        Ok(match self.coworking_id() {
            Some(previous) if previous == pom.staff_id => Vec::new(),
            Some(previous) => {
                vec![AllocationEvent::CoworkingPomReplaced {
                    pom,
                    previous,
                    allocated_at,
                    note,
                }]
            }
            None => vec![AllocationEvent::CoworkingPomAllocated {
                pom,
                allocated_at,
                note,
            }],
        })
    }

    fn deallocate_coworking(&self, reason: RemovalReason, note: Option<Personal<String>>) -> Decision {
        let staff_id = self
            .coworking_id()
            .ok_or(AllocationRefusal::NothingToDeallocate)?;
        Ok(vec![AllocationEvent::CoworkingPomDeallocated {
            staff_id,
            prison: self.prison,
            reason,
            note,
        }])
    }

    fn deallocate_manually(&self, note: Option<&Personal<String>>) -> Decision {
        let events = self.remove_everybody(RemovalReason::Manual, note);
        if events.is_empty() {
            Err(AllocationRefusal::NothingToDeallocate)
        } else {
            Ok(events)
        }
    }

    /// Who goes off the case when the prisoner leaves; nobody when there is nobody, or when the news tells of an earlier
    /// stay.
    fn stay_ended(&self, left_at: DateTime<Utc>) -> Option<Ended> {
        self.everybody(left_at).filter(|_| !self.began_after(left_at))
    }

    /// Who goes off the case when the prisoner is gone; nobody when there is nobody.
    fn everybody(&self, left_at: DateTime<Utc>) -> Option<Ended> {
        let somebody = self.primary.is_some() || self.coworking.is_some();
        let from_prison = self.prison.filter(|_| somebody)?;
        Some(Ended {
            primary: self.primary_id(),
            coworking: self.coworking_id(),
            from_prison,
            left_at,
        })
    }

    fn remove_everybody(
        &self,
        reason: RemovalReason,
        note: Option<&Personal<String>>,
    ) -> Vec<AllocationEvent> {
        self.remove_where(|_| true, reason, note)
    }

    fn remove_inactive(&self, staff_id: StaffId, prison: PrisonCode) -> Vec<AllocationEvent> {
        if self.prison == Some(prison) {
            self.remove_where(|id| id == staff_id, RemovalReason::PomInactive, None)
        } else {
            Vec::new()
        }
    }

    fn remove_where(
        &self,
        whom: impl Fn(StaffId) -> bool,
        reason: RemovalReason,
        note: Option<&Personal<String>>,
    ) -> Vec<AllocationEvent> {
        let primary =
            self.primary_id()
                .filter(|id| whom(*id))
                .map(|staff_id| AllocationEvent::PrimaryPomDeallocated {
                    staff_id,
                    prison: self.prison,
                    reason,
                    note: note.cloned(),
                });
        let coworking = self.coworking_id().filter(|id| whom(*id)).map(|staff_id| {
            AllocationEvent::CoworkingPomDeallocated {
                staff_id,
                prison: self.prison,
                reason,
                note: note.cloned(),
            }
        });
        primary.into_iter().chain(coworking).collect()
    }
}

fn released(ended: Option<Ended>) -> Vec<AllocationEvent> {
    ended
        .map(AllocationEvent::AllocationEndedByRelease)
        .into_iter()
        .collect()
}

fn transferred(ended: Option<Ended>, to_prison: Option<PrisonCode>) -> Vec<AllocationEvent> {
    ended
        .map(|ended| AllocationEvent::AllocationEndedByTransfer { ended, to_prison })
        .into_iter()
        .collect()
}

/// The POM, if they take cases.
fn available(candidate: Option<Candidate>) -> Result<Candidate, AllocationRefusal> {
    let candidate = candidate.ok_or(AllocationRefusal::PomNotAvailable(PomObstacle::UnknownHere))?;
    match PomObstacle::of(candidate.status) {
        Some(obstacle) => Err(AllocationRefusal::PomNotAvailable(obstacle)),
        None => Ok(candidate),
    }
}
