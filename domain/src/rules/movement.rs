//! What a movement between agencies means for an allocation. Allocation rules 8.6.

use crate::{PrisonCode, coded::coded, prison};

coded! {
    /// The kind of a movement, as NOMIS codes it.
    MovementType {
        /// Admission.
        Admission = "ADM",
        /// Transfer.
        Transfer = "TRN",
        /// Release.
        Release = "REL",
        /// Temporary absence.
        TemporaryAbsence = "TAP",
        /// Any other movement.
        Other = "OTHER",
    }
}

/// A movement record.
#[derive(Debug, Clone, Copy)]
pub struct Movement<'a> {
    /// What kind.
    pub kind: MovementType,
    /// Whether it is the movement into the new agency; each transfer is recorded out and in.
    pub inwards: bool,
    /// The agency left; unknown for some admissions.
    pub from: Option<&'a str>,
    /// The agency entered; `OUT` is outside.
    pub to: &'a str,
}

/// What the movement means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Consequence {
    /// Nothing.
    Ignored,
    /// The prisoner left the service's world: released, or gone to immigration removal.
    Released,
    /// The prisoner is now at another prison (or back from a secure hospital).
    Transferred {
        /// Where, when it is a prison that the service knows.
        to: Option<PrisonCode>,
    },
}

impl Movement<'_> {
    /// What the movement means for a prisoner whose last allocation was made at `allocated_at`.
    /// `is_secure_hospital` tells agencies of type `HSHOSP`.
    #[must_use]
    pub fn consequence(
        &self,
        allocated_at: Option<PrisonCode>,
        is_secure_hospital: impl Fn(&str) -> bool,
    ) -> Consequence {
        let from_hospital = self.from.is_some_and(&is_secure_hospital);
        let from_prison = self.from.is_some_and(is_prison);
        let from_immigration = self.from.is_some_and(is_immigration);
        match self.kind {
            MovementType::Release
                if self.to == "OUT" && (from_prison || from_immigration || from_hospital) =>
            {
                Consequence::Released
            }
            MovementType::Admission | MovementType::Transfer if self.inwards && self.from.is_some() => {
                let to_prison = is_prison(self.to);
                if (from_immigration && !to_prison) || (from_prison && is_immigration(self.to)) {
                    Consequence::Released
                } else if !(from_hospital || (from_prison && to_prison)) {
                    Consequence::Ignored
                } else if allocated_at.is_some_and(|prison| prison.as_str() == self.to) {
                    // Someone at the new prison was quicker than the news.
                    Consequence::Ignored
                } else {
                    Consequence::Transferred {
                        to: self.to.parse().ok().filter(|_| to_prison),
                    }
                }
            }
            _ => Consequence::Ignored,
        }
    }
}

fn is_prison(agency: &str) -> bool {
    agency.parse().is_ok_and(|code| prison(code).is_some())
}

fn is_immigration(agency: &str) -> bool {
    agency == "IMM"
}
