//! One prisoner's history, as commands in order.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use commands::{
    CommandBus, CommandError, Operation, Request,
    access::{Principal, Role},
    operations::{
        AllocateCoworkingPom, AllocatePrimaryPom, AssessComplexity, DeallocateCoworkingPom, Departure,
        ObservePrisoner, RecordCaseInformation, RecordDeparture,
    },
};
use domain::{NomsNumber, PrisonCode, StaffId, policy::OverrideForm};
use event_store::{Actor, ActorKind};
use simulator::population::{PastChange, PastCommand, Population, PrisonStaff, SimulatedPrisoner};
use uuid::Uuid;

use super::{SeedError, SeedPlan, in_order};

/// Sends the commands of a prisoner's history; returns their number.
pub(super) async fn record(
    bus: &CommandBus,
    plan: &SeedPlan,
    population: &Population,
    prisoner: &SimulatedPrisoner,
) -> Result<u64, SeedError> {
    in_order(population.history(prisoner, plan.years), async |n, past| {
        let teller = Teller {
            bus,
            population,
            noms: prisoner.noms,
            prison: past.prison,
            occurred_at: past.occurred_at,
            command_id: plan.command_id(prisoner.noms, n),
            correlation_id: plan.correlation_id(),
        };
        teller.tell(past).await.map_err(|source| SeedError::Command {
            who: prisoner.noms.to_string(),
            source,
        })
    })
    .await
}

/// Sends one thing that happened.
struct Teller<'a> {
    bus: &'a CommandBus,
    population: &'a Population,
    noms: NomsNumber,
    prison: PrisonCode,
    occurred_at: DateTime<Utc>,
    command_id: Uuid,
    correlation_id: Uuid,
}

impl Teller<'_> {
    async fn tell(&self, past: PastCommand) -> Result<(), CommandError> {
        let noms = self.noms;
        match past.change {
            PastChange::Observed(facts) => self.observed(ObservePrisoner { noms, facts: *facts }).await,
            PastChange::InformationRecorded { information, source } => {
                self.observed(RecordCaseInformation {
                    noms,
                    information,
                    source,
                })
                .await
            }
            PastChange::ComplexityAssessed(level) => self.observed(AssessComplexity { noms, level }).await,
            PastChange::PrimaryAllocated {
                staff_id,
                override_form,
            } => self.decided(self.primary(staff_id, override_form)).await,
            PastChange::CoworkingAllocated { staff_id: staff } => {
                self.decided(AllocateCoworkingPom {
                    noms,
                    prison: self.prison,
                    staff,
                    note: None,
                })
                .await
            }
            PastChange::CoworkingDeallocated => {
                let prison = Some(self.prison);
                self.decided(DeallocateCoworkingPom {
                    noms,
                    prison,
                    note: None,
                })
                .await
            }
            PastChange::TransferredOut { .. } => self.observed(self.departure(Departure::Transfer)).await,
            PastChange::Released => self.observed(self.departure(Departure::Release)).await,
        }
    }

    fn primary(&self, staff: StaffId, form: OverrideForm) -> AllocatePrimaryPom {
        AllocatePrimaryPom {
            noms: self.noms,
            prison: self.prison,
            staff,
            override_reasons: form.reasons,
            suitability_detail: form.suitability_detail,
            other_detail: form.other_detail,
            note: None,
        }
    }

    fn departure(&self, departure: Departure) -> RecordDeparture {
        RecordDeparture {
            noms: self.noms,
            from_prison: self.prison,
            left_at: self.occurred_at,
            departure,
        }
    }

    /// Something that another service said.
    async fn observed<O: Operation>(&self, operation: O) -> Result<(), CommandError> {
        self.send(operation, Principal::system("seed")).await
    }

    /// Something that the prison's head of offender management decided.
    async fn decided<O: Operation>(&self, operation: O) -> Result<(), CommandError> {
        let head = self.population.prison(self.prison).map(PrisonStaff::head);
        let caller = head.map_or_else(
            || Principal::system("seed"),
            |head| Principal {
                actor: Actor {
                    kind: ActorKind::User,
                    id: head.username.clone(),
                    display_name: Some(format!("{} {}", head.forename, head.surname)),
                    client_id: None,
                },
                roles: BTreeSet::from([Role::Allocator]),
                caseloads: BTreeSet::from([self.prison]),
                staff_id: Some(head.staff_id),
            },
        );
        self.send(operation, caller).await
    }

    async fn send<O: Operation>(&self, operation: O, caller: Principal) -> Result<(), CommandError> {
        let request = Request {
            command_id: Some(self.command_id),
            correlation_id: self.correlation_id,
            occurred_at: Some(self.occurred_at),
            ..Request::new(operation, caller)
        };
        self.bus.execute(request).await.map(drop)
    }
}
