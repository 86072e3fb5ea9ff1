//! Why something was done about an allocation, in the words of whoever did it.

use domain::{
    Personal, PomPosition,
    allocation::{AllocationEvent, Override, PrimaryAllocation},
    policy::OverrideReason,
};

/// What is recorded of the reasons, a line each; none for what happened by itself.
pub(super) fn reasons(event: &AllocationEvent) -> Vec<String> {
    match event {
        AllocationEvent::PrimaryPomAllocated(to) | AllocationEvent::PrimaryPomReallocated { to, .. } => {
            of_choice(to)
        }
        AllocationEvent::CoworkingPomAllocated { note, .. }
        | AllocationEvent::CoworkingPomReplaced { note, .. }
        | AllocationEvent::PrimaryPomDeallocated { note, .. }
        | AllocationEvent::CoworkingPomDeallocated { note, .. } => words("note", note.as_ref()).collect(),
        AllocationEvent::AllocationEndedByRelease(_) | AllocationEvent::AllocationEndedByTransfer { .. } => {
            Vec::new()
        }
    }
}

fn of_choice(to: &PrimaryAllocation) -> Vec<String> {
    let mut lines = Vec::new();
    if let Some(overridden) = &to.overridden {
        let recommended = to.recommendation.position().map_or("no", PomPosition::word);
        let assumed = match to.assumes_pom_responsible {
            Some(true) => ", taking the POM to be responsible",
            _ => "",
        };
        lines.push(format!("although a {recommended} POM was recommended{assumed}:"));
        lines.extend(overridden.reasons.iter().map(|reason| said(*reason, overridden)));
    }
    lines.extend(words("note", to.note.as_ref()));
    lines
}

fn said(reason: OverrideReason, overridden: &Override) -> String {
    let detail = match reason {
        OverrideReason::Suitability => &overridden.suitability_detail,
        OverrideReason::Other => &overridden.other_detail,
        OverrideReason::NoStaff | OverrideReason::Continuity => &None,
    };
    words(&reason.to_string(), detail.as_ref())
        .next()
        .unwrap_or_else(|| reason.to_string())
}

fn words(name: &str, text: Option<&Personal<String>>) -> impl Iterator<Item = String> {
    let line =
        |text: &Personal<String>| format!("{name}: {}", text.known().map_or("(withheld)", String::as_str));
    text.map(line).into_iter()
}

#[cfg(test)]
mod tests {
    use domain::allocation::RemovalReason;

    use super::*;

    #[test]
    fn what_was_typed_is_shown_with_what_it_was_typed_for() {
        let overridden = Override {
            reasons: vec![OverrideReason::NoStaff, OverrideReason::Other],
            suitability_detail: None,
            other_detail: Some("knows the family".to_owned().into()),
        };
        let lines: Vec<String> = overridden
            .reasons
            .iter()
            .map(|reason| said(*reason, &overridden))
            .collect();
        assert_eq!(lines, ["no_staff", "other: knows the family"]);
    }

    #[test]
    fn a_note_is_shown_while_it_may_be_seen() {
        let removed = |note| AllocationEvent::PrimaryPomDeallocated {
            staff_id: 101.try_into().unwrap(),
            prison: None,
            reason: RemovalReason::Manual,
            note,
        };
        let noted = |note| reasons(&removed(Some(note)));
        assert_eq!(
            noted(Personal::Known("a mistake".to_owned())),
            ["note: a mistake"]
        );
        assert_eq!(noted(Personal::Withheld), ["note: (withheld)"]);
        assert!(reasons(&removed(None)).is_empty());
    }
}
