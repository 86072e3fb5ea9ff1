//! Events of an allocation in words.

use super::{AllocationEvent, Override, PomSnapshot, PrimaryAllocation, RemovalReason};
use crate::{
    Personal, PomPosition, PrisonCode, StaffId,
    description::{CaseBefore, Describe, Description, Detail, of_pom},
    policy::OverrideReason,
};

impl Describe for AllocationEvent {
    fn describe(&self, before: &CaseBefore) -> Description {
        Description {
            title: self.title(),
            details: self.details(before.allocation.taken_off_by(self)),
            evidence: self.evidence(),
        }
    }

    fn apply_to(&self, before: &mut CaseBefore) {
        before.allocation.apply(self);
    }

    fn named_prison(&self) -> Option<PrisonCode> {
        self.prison()
    }
}

impl AllocationEvent {
    const fn title(&self) -> &'static str {
        match self {
            Self::PrimaryPomAllocated(_) => "Prisoner allocated",
            Self::PrimaryPomReallocated { .. } => "Prisoner reallocated",
            Self::CoworkingPomAllocated { .. } | Self::CoworkingPomReplaced { .. } => "Co-working allocation",
            Self::CoworkingPomDeallocated { .. } => "Co-working unallocated",
            Self::PrimaryPomDeallocated { .. }
            | Self::AllocationEndedByRelease(_)
            | Self::AllocationEndedByTransfer { .. } => "Prisoner unallocated",
        }
    }

    /// The details; `taken_off` is the POM whom a deallocation takes off the case, if known.
    fn details(&self, taken_off: Option<&PomSnapshot>) -> Vec<Detail> {
        match self {
            Self::PrimaryPomAllocated(to) | Self::PrimaryPomReallocated { to, .. } => of_primary(to),
            Self::CoworkingPomAllocated { pom, note, .. } | Self::CoworkingPomReplaced { pom, note, .. } => {
                let mut details = of_pom("Allocated to", pom);
                details.extend(Detail::personal("Note", note.as_ref()));
                details
            }
            Self::PrimaryPomDeallocated { reason, note, .. }
            | Self::CoworkingPomDeallocated { reason, note, .. } => {
                let mut details = taken_off.map_or_else(Vec::new, |pom| of_pom("Unallocated from", pom));
                details.push(Detail::new("Reason", removal(*reason)));
                details.extend(Detail::personal("Note", note.as_ref()));
                details
            }
            Self::AllocationEndedByRelease(_) => vec![Detail::new("Reason", "Prisoner released")],
            Self::AllocationEndedByTransfer { to_prison, .. } => {
                let mut details = vec![Detail::new("Reason", "Prisoner transferred")];
                details.extend(to_prison.map(|prison| Detail::prison("To", prison)));
                details
            }
        }
    }

    /// The staff numbers, which tell namesakes apart, and the assumption behind a recommendation.
    fn evidence(&self) -> Vec<Detail> {
        let staff = |staff: StaffId| Detail::new("Staff number", &staff);
        let before = |staff: StaffId| Detail::new("Staff number before", &staff);
        match self {
            Self::PrimaryPomAllocated(to) => chosen(to),
            Self::PrimaryPomReallocated { to, previous } => {
                let mut evidence = chosen(to);
                evidence.push(before(*previous));
                evidence
            }
            Self::CoworkingPomAllocated { pom, .. } => vec![staff(pom.staff_id)],
            Self::CoworkingPomReplaced { pom, previous, .. } => vec![staff(pom.staff_id), before(*previous)],
            Self::PrimaryPomDeallocated { staff_id, .. } | Self::CoworkingPomDeallocated { staff_id, .. } => {
                vec![staff(*staff_id)]
            }
            Self::AllocationEndedByRelease(ended) | Self::AllocationEndedByTransfer { ended, .. } => {
                let primary = ended
                    .primary
                    .map(|staff| Detail::new("Primary POM before", &staff));
                let coworking = ended
                    .coworking
                    .map(|staff| Detail::new("Co-working POM before", &staff));
                primary.into_iter().chain(coworking).collect()
            }
        }
    }
}

fn of_primary(to: &PrimaryAllocation) -> Vec<Detail> {
    let mut details = of_pom("Allocated to", &to.pom);
    details.push(Detail::new("Tier", &to.tier));
    details.extend(to.rosh.map(|rosh| Detail::new("ROSH", &rosh)));
    if let Some(overridden) = &to.overridden {
        let recommended = to.recommendation.position().map_or("none", PomPosition::word);
        details.push(Detail::new("Recommended POM type", recommended));
        details.extend(
            overridden
                .reasons
                .iter()
                .map(|reason| of_reason(*reason, overridden)),
        );
    }
    details.extend(Detail::personal("Note", to.note.as_ref()));
    details
}

fn chosen(to: &PrimaryAllocation) -> Vec<Detail> {
    let mut evidence = vec![Detail::new("Staff number", &to.pom.staff_id)];
    if to.assumes_pom_responsible == Some(true) {
        evidence.push(Detail::new("Recommendation assumes", "the POM is responsible"));
    }
    if let Some(overridden) = &to.overridden {
        let details = [&overridden.suitability_detail, &overridden.other_detail];
        let withheld = details
            .into_iter()
            .flatten()
            .filter(|detail| detail.known().is_none());
        evidence.extend(withheld.filter_map(|detail| Detail::personal("Override detail", Some(detail))));
    }
    evidence
}

fn of_reason(reason: OverrideReason, overridden: &Override) -> Detail {
    let (text, detail) = match reason {
        OverrideReason::Suitability => (
            "Prisoner assessed as not suitable for the recommended POM type",
            &overridden.suitability_detail,
        ),
        OverrideReason::NoStaff => ("No available POMs of the recommended type", &None),
        OverrideReason::Continuity => ("This POM has worked with the prisoner before", &None),
        OverrideReason::Other => ("Other reason", &overridden.other_detail),
    };
    let detail = detail.as_ref().and_then(Personal::known);
    Detail::new(
        "Override reason",
        &detail.map_or_else(|| text.to_owned(), |detail| format!("{text}: {detail}")),
    )
}

const fn removal(reason: RemovalReason) -> &'static str {
    match reason {
        RemovalReason::User => "Removed by a user",
        RemovalReason::Transferred => "Prisoner transferred",
        RemovalReason::LegalStatusChanged => "Legal status changed",
        RemovalReason::PomInactive => "POM no longer active",
        RemovalReason::Manual => "Removed by an administrator",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_is_described_with_the_text_typed_for_it() {
        let overridden = Override {
            reasons: vec![OverrideReason::NoStaff, OverrideReason::Other],
            suitability_detail: None,
            other_detail: Some("knows the family".to_owned().into()),
        };
        let details = overridden
            .reasons
            .iter()
            .map(|reason| of_reason(*reason, &overridden));
        let values: Vec<_> = details.filter_map(|detail| detail.value).collect();
        assert_eq!(
            values,
            [
                "No available POMs of the recommended type",
                "Other reason: knows the family"
            ]
        );
    }

    #[test]
    fn a_note_that_is_withheld_differs_from_one_that_was_never_given() {
        let noted = |note| {
            let removed = AllocationEvent::PrimaryPomDeallocated {
                staff_id: 101.try_into().unwrap(),
                prison: None,
                reason: RemovalReason::Manual,
                note,
            };
            let details = removed.details(None).into_iter();
            let mut notes = details.filter(|detail| detail.label == "Note");
            notes.next().map(|note| note.value)
        };
        assert_eq!(
            noted(Some(Personal::Known("a mistake".to_owned()))),
            Some(Some("a mistake".to_owned()))
        );
        assert_eq!(noted(Some(Personal::Withheld)), Some(None));
        assert_eq!(noted(None), None);
    }
}
