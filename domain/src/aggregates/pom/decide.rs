//! Which events a command leads to: none when nothing is new.

use super::{Pom, PomEvent, PomRefusal, StaffDetails};
use crate::{PomPosition, PomStatus, WorkingPattern};

/// A command to the stream `pom-{prison}-{staff}`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PomCommand {
    /// Make them a POM here. Allocation rules 4.5.
    Onboard {
        /// Who they are.
        details: StaffDetails,
        /// Prison or probation POM.
        position: PomPosition,
        /// How much they work.
        working_pattern: WorkingPattern,
    },
    /// Upstream says this of them.
    ObserveDetails(StaffDetails),
    /// Change the profile. Allocation rules 4.4.
    ChangeProfile {
        /// How much they work.
        working_pattern: WorkingPattern,
        /// Whether they take cases.
        status: PomStatus,
    },
    /// No longer a POM here. Allocation rules 4.6.
    Remove,
}

impl Pom {
    /// The events that a command leads to; none when nothing is new.
    ///
    /// # Errors
    /// When the POM is not in a position to be changed so.
    pub fn decide(&self, command: PomCommand) -> Result<Vec<PomEvent>, PomRefusal> {
        match (command, self.status) {
            (
                PomCommand::Onboard {
                    details,
                    position,
                    working_pattern,
                },
                None | Some(PomStatus::Deleted),
            ) => Ok(vec![PomEvent::PomOnboarded {
                details,
                position,
                working_pattern,
            }]),
            (PomCommand::Onboard { .. }, Some(_)) => Err(PomRefusal::AlreadyOnboarded),
            (_, None) => Err(PomRefusal::NotFound),
            (PomCommand::Remove, Some(PomStatus::Deleted)) => Ok(Vec::new()),
            (PomCommand::Remove, Some(_)) => Ok(vec![PomEvent::PomRemoved]),
            (PomCommand::ObserveDetails(details), Some(_)) if self.details.as_ref() == Some(&details) => {
                Ok(Vec::new())
            }
            (PomCommand::ObserveDetails(details), Some(_)) => {
                Ok(vec![PomEvent::StaffDetailsObserved { details }])
            }
            (PomCommand::ChangeProfile { .. }, Some(PomStatus::Deleted)) => Err(PomRefusal::Removed),
            (
                PomCommand::ChangeProfile {
                    working_pattern,
                    status,
                },
                Some(_),
            ) => Ok(self.profile_changes(working_pattern, status)),
        }
    }

    fn profile_changes(&self, working_pattern: WorkingPattern, status: PomStatus) -> Vec<PomEvent> {
        let pattern = (self.working_pattern != Some(working_pattern))
            .then_some(PomEvent::WorkingPatternChanged { working_pattern });
        let status = (self.status != Some(status)).then_some(match status {
            PomStatus::Deleted => PomEvent::PomRemoved,
            status => PomEvent::PomStatusChanged { status },
        });
        pattern.into_iter().chain(status).collect()
    }
}
