//! Which events a command leads to: none when nothing is new.

use super::{Case, CaseEvent, CaseInformation, CaseRefusal, InformationSource};
use crate::Complexity;

/// The highest MAPPA level.
const HIGHEST_MAPPA_LEVEL: u8 = 3;

/// A command to the stream `case-{noms}`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CaseCommand {
    /// These pieces are known from that source.
    Record {
        /// What.
        information: CaseInformation,
        /// From where.
        source: InformationSource,
    },
    /// The complexity of need was assessed.
    AssessComplexity {
        /// The level.
        level: Complexity,
    },
    /// The prisoner was released.
    Close,
}

impl Case {
    /// The events that a command leads to; none when nothing is new.
    ///
    /// # Errors
    /// When a value is out of range.
    pub fn decide(&self, command: CaseCommand) -> Result<Vec<CaseEvent>, CaseRefusal> {
        match command {
            CaseCommand::Record { information, .. }
                if information
                    .mappa_level
                    .is_some_and(|level| level > HIGHEST_MAPPA_LEVEL) =>
            {
                Err(CaseRefusal::NoSuchMappaLevel)
            }
            CaseCommand::Record { information, source } => {
                let changes = self.information.with(information) != self.information;
                Ok(changes
                    .then_some(CaseEvent::CaseInformationRecorded { information, source })
                    .into_iter()
                    .collect())
            }
            CaseCommand::AssessComplexity { level } if self.complexity == Some(level) => Ok(Vec::new()),
            CaseCommand::AssessComplexity { level } => Ok(vec![CaseEvent::ComplexityAssessed { level }]),
            CaseCommand::Close if *self == Self::default() => Ok(Vec::new()),
            CaseCommand::Close => Ok(vec![CaseEvent::CaseInformationClosed]),
        }
    }
}
