//! Events of case information in words.

use super::{CaseEvent, CaseInformation};
use crate::description::{CaseBefore, Describe, Description, Detail};

impl Describe for CaseEvent {
    /// Describes the event by what it adds to the information known before.
    fn describe(&self, before: &CaseBefore) -> Description {
        let known = before.case.information;
        let (title, details) = match self {
            Self::CaseInformationRecorded { information, source } => {
                let first = known == CaseInformation::default();
                let title = if first {
                    "Case information recorded"
                } else {
                    "Case information changed"
                };
                let mut details = added(*information, known);
                details.push(Detail::new("Source", source));
                (title, details)
            }
            Self::ComplexityAssessed { level } => (
                "Complexity of need level recorded",
                vec![Detail::new("Level", level)],
            ),
            Self::CaseInformationClosed => ("Case information closed", Vec::new()),
        };
        Description {
            title,
            details,
            evidence: Vec::new(),
        }
    }

    fn apply_to(&self, before: &mut CaseBefore) {
        before.case.apply(self);
    }
}

fn added(information: CaseInformation, known: CaseInformation) -> Vec<Detail> {
    let CaseInformation {
        tier,
        rosh,
        enhanced_resourcing,
        mappa_level,
    } = information;
    let resourcing = |enhanced| if enhanced { "enhanced" } else { "standard" };
    let details = [
        new(tier, known.tier).map(|tier| Detail::new("Tier", &tier)),
        new(rosh, known.rosh).map(|rosh| Detail::new("ROSH", &rosh)),
        new(enhanced_resourcing, known.enhanced_resourcing)
            .map(|enhanced| Detail::new("Resourcing", resourcing(enhanced))),
        new(mappa_level, known.mappa_level).map(|level| Detail::new("MAPPA level", &level)),
    ];
    details.into_iter().flatten().collect()
}

/// A piece of information, unless it was known before.
fn new<T: Copy + PartialEq>(recorded: Option<T>, known: Option<T>) -> Option<T> {
    recorded.filter(|recorded| known != Some(*recorded))
}
