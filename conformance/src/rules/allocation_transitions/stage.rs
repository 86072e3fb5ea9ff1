//! One prisoner while a sequence is played: the aggregates of the service, asked what it would ask them.

use chrono::{DateTime, Utc};
use domain::{
    LegalStatus, PomPosition, Tier,
    allocation::{Allocation, AllocationCommand, AllocationEventKind as Kind, PrimaryChange, RemovalReason},
    case::{
        Case, CaseCommand, CaseInformation, InformationSource, complexity_lapses_on_legal_status,
        complexity_lapses_on_release,
    },
    movement::Consequence,
    policy::Recommendation,
};
use serde_json::{Value, json};

use super::{
    command::{
        Command, Coworker, InactivePom, MovementRecord, StatusChange, active_candidate, is_secure_hospital,
    },
    deviation,
    ending::Ending,
};
use crate::rule::{BadCase, StepDeviation};

/// The prisoner, as the commands so far left everything.
pub(super) struct Stage {
    now: DateTime<Utc>,
    allocation: Allocation,
    case: Case,
    deviations: Vec<StepDeviation>,
    played: usize,
}

impl Stage {
    /// Case information is known, and nobody has the case.
    pub(super) fn before_any_allocation(now: DateTime<Utc>) -> Self {
        let information = CaseInformation {
            tier: Some(Tier::A),
            ..CaseInformation::default()
        };
        Self {
            now,
            allocation: Allocation::default(),
            case: Case {
                information,
                source: Some(InformationSource::Delius),
                complexity: None,
            },
            deviations: Vec::new(),
            played: 0,
        }
    }

    /// The deviations met, in order.
    pub(super) fn deviations(self) -> Vec<StepDeviation> {
        self.deviations
    }

    /// Applies a command and returns the state after it.
    pub(super) fn play(&mut self, command: Command) -> Result<Value, BadCase> {
        let before = self.allocation.clone();
        let asked = command.kind();
        let ending = self.end_of(command)?;
        for event in &ending.events {
            self.allocation.apply(event);
        }
        let code = deviation::of(asked, &before, &self.allocation, &ending);
        self.deviations.extend(code.map(|code| StepDeviation {
            code,
            step: self.played,
        }));
        self.played = self.played.saturating_add(1);
        // The present service tells of another person only; ours also of the same person at another prison.
        let told = PrimaryChange::of(&before, &ending.events).filter(PrimaryChange::is_another_person);
        Ok(self.step(&ending, told))
    }

    fn end_of(&mut self, command: Command) -> Result<Ending, BadCase> {
        match command {
            Command::AllocatePrimary(choice) => self.ask(AllocationCommand::AllocatePrimary(Box::new(
                choice.request(self.now)?,
            ))),
            Command::AllocateCoworking(Coworker { pom }) => self.ask(AllocationCommand::AllocateCoworking {
                candidate: Some(active_candidate(pom)),
                note: None,
                at: self.now,
            }),
            Command::RemoveCoworking => self.ask(AllocationCommand::DeallocateCoworking {
                reason: RemovalReason::User,
                note: None,
            }),
            Command::PomMadeInactive(InactivePom { prison, pom }) => {
                self.ask(AllocationCommand::RemoveInactivePom {
                    staff_id: pom,
                    prison,
                })
            }
            Command::AdminDeallocate => self.ask(AllocationCommand::DeallocateManually { note: None }),
            Command::LegalStatusChanged(change) => self.change_legal_status(&change),
            Command::Movement(record) => self.move_prisoner(&record),
        }
    }

    fn ask(&self, command: AllocationCommand) -> Result<Ending, BadCase> {
        match self.allocation.decide(command) {
            Ok(events) => Ok(Ending::ok(events)),
            Err(refusal) => Ending::refused(refusal, &self.allocation),
        }
    }

    fn change_legal_status(&self, change: &StatusChange) -> Result<Ending, BadCase> {
        let status = LegalStatus::from_upstream(&change.legal_status);
        // Whoever is outside is dealt with by their movement out.
        if change.prison.as_str() == "OUT" || !status.ends_allocation() {
            return Ok(Ending::ok(Vec::new()));
        }
        let lapses = complexity_lapses_on_legal_status(
            status,
            change.prison,
            change.sentenced,
            change.immigration_case,
        );
        Ok(Ending {
            complexity_inactivated: lapses,
            ..self.ask(AllocationCommand::EndByLegalStatus)?
        })
    }

    fn move_prisoner(&mut self, record: &MovementRecord) -> Result<Ending, BadCase> {
        let ending = match record
            .movement()
            .consequence(self.allocation.prison, is_secure_hospital)
        {
            Consequence::Ignored => return Ok(Ending::ignored()),
            Consequence::Transferred { to } => self.ask(AllocationCommand::EndByTransfer {
                to_prison: to,
                left_at: self.now,
            })?,
            Consequence::Released => {
                let closing = self.case.decide(CaseCommand::Close).unwrap_or_default();
                let ending = self.ask(AllocationCommand::EndByRelease { left_at: self.now })?;
                let anything_ends = !closing.is_empty() || !ending.events.is_empty();
                for event in &closing {
                    self.case.apply(event);
                }
                let from_womens = record.agency_left().is_some_and(complexity_lapses_on_release);
                Ending {
                    complexity_inactivated: anything_ends && from_womens,
                    ..ending
                }
            }
        };
        Ok(Ending {
            result: "processed",
            ..ending
        })
    }

    fn step(&self, ending: &Ending, told: Option<PrimaryChange>) -> Value {
        // The facts of a stay come and go together.
        let local = self.case != Case::default();
        let mut step = json!({
            "allocation": self.row(),
            "published": told.iter().map(message).collect::<Vec<Value>>(),
            "localData": {
                "caseInformation": local,
                "handover": local,
                "checklist": local,
                "override": local,
                "omicEligibility": local,
            },
            "complexityInactivated": ending.complexity_inactivated,
            "result": ending.result,
        });
        if let (Some(members), Some(field)) = (step.as_object_mut(), ending.error) {
            members.insert("errors".to_owned(), json!([field]));
        }
        step
    }

    /// The allocation as the present service keeps it; nothing before the first.
    fn row(&self) -> Option<Value> {
        let allocation = &self.allocation;
        let (event, trigger) = allocation.last?;
        Some(json!({
            "prison": allocation.prison,
            "primaryPom": allocation.primary_id(),
            "coworkingPom": allocation.coworking_id(),
            "event": event,
            "eventTrigger": trigger,
            "recommendedPomType":
                allocation.recommendation.and_then(Recommendation::position).map(PomPosition::word),
            "allocatedAtTier": allocation.allocated_at_tier,
            "active": allocation.primary.is_some(),
            "previouslyAllocatedButNowNot": event == Kind::DeallocatePrimaryPom,
        }))
    }
}

fn message(change: &PrimaryChange) -> Value {
    json!({
        "staffCode": change.primary,
        "prisonId": change.prison,
        "eventTrigger": change.trigger,
    })
}
