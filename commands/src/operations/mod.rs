//! Everything that can be asked of the service, one file each.

mod allocate_coworking_pom;
mod allocate_primary_pom;
mod assess_complexity;
mod change_pom_profile;
mod deallocate_coworking_pom;
mod deallocate_primary_pom;
mod observe_prisoner;
mod observe_staff;
mod onboard_pom;
mod record_case_information;
mod record_departure;
mod remove_inactive_pom;

use domain::{
    NomsNumber, PomKey, PrisonCode, StaffId, Streamed,
    allocation::{Allocation, AllocationCommand, AllocationRefusal, Candidate},
    pom::Pom,
    prisoner::Prisoner,
};

pub use allocate_coworking_pom::AllocateCoworkingPom;
pub use allocate_primary_pom::AllocatePrimaryPom;
pub use assess_complexity::AssessComplexity;
pub use change_pom_profile::ChangePomProfile;
pub use deallocate_coworking_pom::DeallocateCoworkingPom;
pub use deallocate_primary_pom::DeallocatePrimaryPom;
pub use observe_prisoner::ObservePrisoner;
pub use observe_staff::ObserveStaff;
pub use onboard_pom::OnboardPom;
pub use record_case_information::RecordCaseInformation;
pub use record_departure::{Departure, RecordDeparture};
pub use remove_inactive_pom::RemoveInactivePom;

use crate::{context::CommandContext, error::CommandError};

/// Decides on a prisoner's allocation, and writes the events.
fn change_allocation(
    context: &mut CommandContext<'_>,
    noms: NomsNumber,
    command: AllocationCommand,
) -> Result<(), CommandError> {
    let stream = Allocation::stream(noms);
    let allocation = context.load(stream)?;
    let events = allocation.state.decide(command)?;
    context.write(stream, events)
}

/// The POM of this number as registered at the prison.
fn candidate(
    context: &mut CommandContext<'_>,
    prison: PrisonCode,
    staff: StaffId,
) -> Result<Option<Candidate>, CommandError> {
    let pom = context.load(Pom::stream(PomKey { prison, staff }))?;
    Ok(pom
        .state
        .snapshot(staff)
        .zip(pom.state.status)
        .map(|(pom, status)| Candidate { pom, status }))
}

/// The prison at which the case is allocated, which must be the one named, if one is; `otherwise` when it never was. Of somebody
/// who is not at the prison that is named, nothing more is said than that.
fn allocated_at(
    context: &mut CommandContext<'_>,
    noms: NomsNumber,
    named: Option<PrisonCode>,
    otherwise: AllocationRefusal,
) -> Result<PrisonCode, CommandError> {
    let allocation = context.load(Allocation::stream(noms))?;
    match (allocation.state.prison, named) {
        (Some(prison), Some(named)) if prison != named => Err(AllocationRefusal::PrisonerNotAtPrison.into()),
        (Some(prison), _) => Ok(prison),
        (None, Some(named)) if !is_at(context, noms, named)? => {
            Err(AllocationRefusal::PrisonerNotAtPrison.into())
        }
        (None, _) => Err(otherwise.into()),
    }
}

fn is_at(
    context: &mut CommandContext<'_>,
    noms: NomsNumber,
    prison: PrisonCode,
) -> Result<bool, CommandError> {
    let prisoner = context.load(Prisoner::stream(noms))?;
    let facts = prisoner.state.facts.as_ref();
    Ok(facts.is_some_and(|facts| facts.prison == Some(prison)))
}
