//! The words in which histories tell what happened. Allocation rules 3.2.

use domain::{
    Personal,
    allocation::{AllocationEvent, Override, PomSnapshot, PrimaryAllocation, RemovalReason},
    case::{Case, CaseEvent, CaseInformation},
    policy::OverrideReason,
    pom::PomEvent,
    prisoner::PrisonerEvent,
};
use projections::Fact;

/// A label and what it says.
pub(crate) type Line = (&'static str, String);

/// What happened, as histories call it, to a case of which that was known.
pub(crate) fn title(fact: &Fact, known: Case) -> &'static str {
    match fact {
        Fact::Allocation(event) => match event {
            AllocationEvent::PrimaryPomAllocated(_) => "Prisoner allocated",
            AllocationEvent::PrimaryPomReallocated { .. } => "Prisoner reallocated",
            AllocationEvent::CoworkingPomAllocated { .. } | AllocationEvent::CoworkingPomReplaced { .. } => {
                "Co-working allocation"
            }
            AllocationEvent::CoworkingPomDeallocated { .. } => "Co-working unallocated",
            AllocationEvent::PrimaryPomDeallocated { .. }
            | AllocationEvent::AllocationEndedByRelease(_)
            | AllocationEvent::AllocationEndedByTransfer { .. } => "Prisoner unallocated",
        },
        Fact::Prisoner(event) => match event {
            PrisonerEvent::PrisonerObserved(_) => "Prisoner details changed",
            PrisonerEvent::PrisonerReleased { .. } => "Prisoner released",
            PrisonerEvent::PrisonerTransferredOut { .. } => "Prisoner transferred",
        },
        Fact::Case(event) => match event {
            CaseEvent::CaseInformationRecorded { .. } if known.information == CaseInformation::default() => {
                "Case information recorded"
            }
            CaseEvent::CaseInformationRecorded { .. } => "Case information changed",
            CaseEvent::ComplexityAssessed { .. } => "Complexity of need level recorded",
            CaseEvent::CaseInformationClosed => "Case information closed",
        },
        Fact::Pom(event) => match event {
            PomEvent::PomOnboarded { .. } => "POM added",
            PomEvent::StaffDetailsObserved { .. } => "POM details changed",
            PomEvent::WorkingPatternChanged { .. } => "Working pattern changed",
            PomEvent::PomStatusChanged { .. } => "POM status changed",
            PomEvent::PomRemoved => "POM removed",
        },
    }
}

/// What there is to say about it, that was not known of the case before; of a removal also whom it took off the case.
pub(crate) fn details(fact: &Fact, known: Case, taken_off: Option<&PomSnapshot>) -> Vec<Line> {
    match fact {
        Fact::Allocation(event) => of_allocation(event, taken_off),
        Fact::Prisoner(event) => of_prisoner(event),
        Fact::Case(event) => of_case(*event, known.information),
        Fact::Pom(_) => Vec::new(),
    }
}

fn of_allocation(event: &AllocationEvent, taken_off: Option<&PomSnapshot>) -> Vec<Line> {
    match event {
        AllocationEvent::PrimaryPomAllocated(to) | AllocationEvent::PrimaryPomReallocated { to, .. } => {
            of_primary(to)
        }
        AllocationEvent::CoworkingPomAllocated { pom, note, .. }
        | AllocationEvent::CoworkingPomReplaced { pom, note, .. } => {
            let mut lines = of_pom("Allocated to", pom);
            lines.extend(personal("Note", note.as_ref()));
            lines
        }
        AllocationEvent::PrimaryPomDeallocated { reason, note, .. }
        | AllocationEvent::CoworkingPomDeallocated { reason, note, .. } => {
            let mut lines = taken_off.map_or_else(Vec::new, |pom| of_pom("Unallocated from", pom));
            lines.push(("Reason", removal(*reason).to_owned()));
            lines.extend(personal("Note", note.as_ref()));
            lines
        }
        AllocationEvent::AllocationEndedByRelease(_) => vec![("Reason", "Prisoner released".to_owned())],
        AllocationEvent::AllocationEndedByTransfer { to_prison, .. } => {
            let mut lines = vec![("Reason", "Prisoner transferred".to_owned())];
            lines.extend(to_prison.map(|prison| ("To", prison_name(prison))));
            lines
        }
    }
}

fn of_primary(to: &PrimaryAllocation) -> Vec<Line> {
    let mut lines = of_pom("Allocated to", &to.pom);
    lines.push(("Tier", to.tier.to_string()));
    lines.extend(to.rosh.map(|rosh| ("ROSH", rosh.to_string())));
    if let Some(overridden) = &to.overridden {
        let recommended = to
            .recommendation
            .position()
            .map_or("none", domain::PomPosition::word);
        lines.push(("Recommended POM type", recommended.to_owned()));
        lines.extend(of_override(overridden));
    }
    lines.extend(personal("Note", to.note.as_ref()));
    lines
}

fn of_pom(part: &'static str, pom: &PomSnapshot) -> Vec<Line> {
    let mut lines = vec![
        (part, pom.shown_name()),
        ("POM type", pom.position.word().to_owned()),
    ];
    lines.extend(personal("E-mail", pom.email.as_ref()));
    lines
}

fn of_override(overridden: &Override) -> Vec<Line> {
    let reasons = overridden.reasons.iter().map(|reason| {
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
        (
            "Override reason",
            detail.map_or_else(|| text.to_owned(), |detail| format!("{text}: {detail}")),
        )
    });
    reasons.collect()
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

fn of_prisoner(event: &PrisonerEvent) -> Vec<Line> {
    match event {
        PrisonerEvent::PrisonerObserved(facts) => {
            let mut lines = vec![("Legal status", facts.legal_status.to_string())];
            lines.extend(facts.prison.map(|prison| ("Prison", prison_name(prison))));
            lines.extend(personal("Location", facts.location.as_ref()));
            lines
        }
        PrisonerEvent::PrisonerReleased { from_prison, .. }
        | PrisonerEvent::PrisonerTransferredOut { from_prison, .. } => {
            vec![("From", prison_name(*from_prison))]
        }
    }
}

fn of_case(event: CaseEvent, known: CaseInformation) -> Vec<Line> {
    match event {
        CaseEvent::CaseInformationRecorded { information, source } => {
            let CaseInformation {
                tier,
                rosh,
                enhanced_resourcing,
                mappa_level,
            } = information;
            let resourcing = |enhanced| {
                let word = if enhanced { "enhanced" } else { "standard" };
                ("Resourcing", word.to_owned())
            };
            let lines = [
                news(tier, known.tier).map(|tier| ("Tier", tier.to_string())),
                news(rosh, known.rosh).map(|rosh| ("ROSH", rosh.to_string())),
                news(enhanced_resourcing, known.enhanced_resourcing).map(resourcing),
                news(mappa_level, known.mappa_level).map(|level| ("MAPPA level", level.to_string())),
                Some(("Source", source.to_string())),
            ];
            lines.into_iter().flatten().collect()
        }
        CaseEvent::ComplexityAssessed { level } => vec![("Level", level.to_string())],
        CaseEvent::CaseInformationClosed => Vec::new(),
    }
}

/// A piece of information, when it was not known to be so.
fn news<T: Copy + PartialEq>(told: Option<T>, known: Option<T>) -> Option<T> {
    told.filter(|told| known != Some(*told))
}

fn personal(label: &'static str, value: Option<&Personal<String>>) -> Option<Line> {
    value
        .and_then(Personal::known)
        .map(|value| (label, value.clone()))
}

fn prison_name(code: domain::PrisonCode) -> String {
    domain::prison(code).map_or_else(|| code.to_string(), |prison| prison.name.to_owned())
}
