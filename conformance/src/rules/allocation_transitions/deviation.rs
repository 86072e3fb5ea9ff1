//! Where the service decides otherwise than the present one, and only where that shows.

use domain::allocation::{
    Allocation, AllocationEventKind as Kind, AllocationRefusal, AllocationState, AllocationTrigger as Trigger,
};

use super::{command::CommandKind, ending::Ending};

/// No removal is recorded of a co-working POM who was not there.
const ABSENT_COWORKER: &str = "P-10";
/// A co-working POM goes off the case when the stay ends, left alone or when another prison allocates.
const COWORKER_OF_ENDED_STAY: &str = "P-11";
/// Replacing a co-working POM is an event of its own, and by the same person none.
const COWORKER_REPLACED: &str = "P-25";
/// Only someone who has a primary POM can get a co-working POM.
const COWORKER_NEEDS_PRIMARY: &str = "P-26";

/// The deviation that shows in what this command did, if there is one.
pub(super) fn of(
    asked: CommandKind,
    before: &Allocation,
    after: &Allocation,
    ending: &Ending,
) -> Option<&'static str> {
    if before.state() == AllocationState::None {
        return None;
    }
    let left_alone = before.state() == AllocationState::CoworkingOnly;
    let would_be_recorded = |kind, trigger| after.last != Some((kind, trigger));
    let unrecorded_removal =
        |trigger| before.coworking.is_none() && would_be_recorded(Kind::DeallocateSecondaryPom, trigger);
    match asked {
        CommandKind::AllocateCoworking if ending.refusal == Some(AllocationRefusal::NoPrimaryPom) => {
            Some(COWORKER_NEEDS_PRIMARY)
        }
        CommandKind::AllocateCoworking => {
            let replaces = before.coworking.is_some() && ending.refusal.is_none();
            (replaces && would_be_recorded(Kind::AllocateSecondaryPom, Trigger::User))
                .then_some(COWORKER_REPLACED)
        }
        CommandKind::RemoveCoworking => unrecorded_removal(Trigger::User).then_some(ABSENT_COWORKER),
        CommandKind::AdminDeallocate => unrecorded_removal(Trigger::ManualChange).then_some(ABSENT_COWORKER),
        CommandKind::EndOfStay if left_alone && !ending.events.is_empty() => Some(COWORKER_OF_ENDED_STAY),
        CommandKind::EndOfStay => {
            let by_legal_status =
                after.last == Some((Kind::DeallocatePrimaryPom, Trigger::LegalStatusChanged));
            (by_legal_status && before.coworking.is_none() && !ending.events.is_empty())
                .then_some(ABSENT_COWORKER)
        }
        CommandKind::AllocatePrimary => {
            let elsewhere = before.coworking.is_some() && before.prison != after.prison;
            elsewhere.then_some(COWORKER_OF_ENDED_STAY)
        }
        CommandKind::Other => None,
    }
}
