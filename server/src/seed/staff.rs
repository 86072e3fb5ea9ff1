//! The POMs of the estate. All are active during the history; those who are away today become so at its end.

use std::sync::atomic::{AtomicU64, Ordering};

use chrono::{DateTime, Utc};
use commands::{
    CommandBus, Operation, Request,
    access::Principal,
    operations::{ChangePomProfile, OnboardPom},
};
use domain::{PomStatus, pom::StaffDetails};
use simulator::population::{Population, PrisonStaff, SimulatedPom};

use super::{SeedError, SeedPlan};

/// Makes everybody a POM.
pub(super) async fn onboard(
    bus: &CommandBus,
    plan: &SeedPlan,
    population: &Population,
    commands: &AtomicU64,
) -> Result<usize, SeedError> {
    let mut poms = 0_usize;
    for pom in population.prisons().iter().flat_map(PrisonStaff::poms) {
        let details = StaffDetails {
            forename: pom.staff.forename.clone(),
            surname: pom.staff.surname.clone(),
            email: Some(pom.staff.email.clone().into()),
        };
        let operation = OnboardPom {
            prison: pom.prison,
            staff: pom.staff.staff_id,
            details: Some(details),
            position: pom.position,
            working_pattern: pom.working_pattern,
        };
        send(bus, plan, pom, (0, plan.before_it_all()), operation).await?;
        commands.fetch_add(1, Ordering::Relaxed);
        poms = poms.saturating_add(1);
    }
    Ok(poms)
}

/// Gives everybody the status that they have today.
pub(super) async fn set_positions(
    bus: &CommandBus,
    plan: &SeedPlan,
    population: &Population,
    commands: &AtomicU64,
) -> Result<(), SeedError> {
    let everybody = population.prisons().iter().flat_map(PrisonStaff::poms);
    for pom in everybody.filter(|pom| pom.status != PomStatus::Active) {
        let operation = ChangePomProfile {
            prison: pom.prison,
            staff: pom.staff.staff_id,
            working_pattern: pom.working_pattern,
            status: pom.status,
        };
        send(bus, plan, pom, (1, plan.at_the_end()), operation).await?;
        commands.fetch_add(1, Ordering::Relaxed);
    }
    Ok(())
}

fn name_of(pom: &SimulatedPom) -> String {
    format!("POM {} at {}", pom.staff.staff_id, pom.prison)
}

async fn send<O: Operation>(
    bus: &CommandBus,
    plan: &SeedPlan,
    pom: &SimulatedPom,
    (number, occurred_at): (u64, DateTime<Utc>),
    operation: O,
) -> Result<(), SeedError> {
    let request = Request {
        command_id: Some(plan.command_id(name_of(pom), number)),
        correlation_id: plan.correlation_id(),
        occurred_at: Some(occurred_at),
        ..Request::new(operation, Principal::system("seed"))
    };
    bus.execute(request)
        .await
        .map(drop)
        .map_err(|source| SeedError::Command {
            who: name_of(pom),
            source,
        })
}
