//! Who is responsible in the end, and what an override takes. Handover rules 7.

use std::str::FromStr;

use domain::handover::{
    CannotOverride, Departure, Effective, OverrideValue, Part, PomOfCase, Reason, Responsibility,
    ResponsibilityOverrideForm, ResponsibilityOverrideReason, ResponsibilityOverrideRefusal, RulesVersion,
    accept_removal, can_override, shown_reason,
};

use crate::given::{answer, determinate};

#[test]
fn an_override_comes_before_what_is_stored_and_that_before_what_is_calculated() {
    use Responsibility::{Community, CustodyOnly, CustodyWithCom};
    let of = |overridden, stored| Effective::of(overridden, stored, || Community);

    assert_eq!(of(None, None), Effective::Calculated(Community));
    assert_eq!(of(None, Some(CustodyOnly)), Effective::Calculated(CustodyOnly));
    assert_eq!(
        of(Some(OverrideValue::Prison), Some(Community)),
        Effective::Overridden(OverrideValue::Prison)
    );
    let asked = Effective::of(None, Some(CustodyWithCom), || {
        unreachable!("a stored answer is enough")
    });
    assert!(!asked.is_overridden());
}

#[test]
fn each_answer_gives_each_manager_a_part_and_the_case_an_owner() {
    let prison = Effective::Overridden(OverrideValue::Prison);
    let probation = Effective::Overridden(OverrideValue::Probation);
    for (effective, pom, com, owner, primary) in [
        (
            prison,
            Part::Responsible,
            Some(Part::Supporting),
            "Custody",
            "Responsible",
        ),
        (
            probation,
            Part::Supporting,
            Some(Part::Responsible),
            "Community",
            "Supporting",
        ),
        (
            Effective::Calculated(Responsibility::CustodyOnly),
            Part::Responsible,
            None,
            "Custody",
            "Responsible",
        ),
        (
            Effective::Calculated(Responsibility::CustodyWithCom),
            Part::Responsible,
            Some(Part::Supporting),
            "Custody",
            "Responsible",
        ),
        (
            Effective::Calculated(Responsibility::Community),
            Part::Supporting,
            Some(Part::Responsible),
            "Community",
            "Supporting",
        ),
    ] {
        let parts = effective.roles();
        assert_eq!((parts.pom, parts.com), (pom, com), "{effective:?}");
        assert_eq!(effective.case_owner(), owner);
        assert_eq!(effective.pom_label(PomOfCase::Primary), Some(primary));
        assert_eq!(effective.pom_label(PomOfCase::Coworking), Some("Co-working"));
        assert_eq!(effective.pom_label(PomOfCase::Unrelated), None);
        assert_eq!(
            effective.is_overridden(),
            effective == prison || effective == probation
        );
    }
    assert_eq!(Responsibility::CustodyWithCom.short(), "POM");
    assert_eq!(Responsibility::CustodyOnly.short(), "POM");
    assert_eq!(Responsibility::Community.short(), "COM");
}

#[test]
fn the_reason_is_hidden_behind_the_community_only_by_the_present_rules() {
    let fresh = answer(&determinate(), "2024-05-20").reason();
    let (custody, community) = (
        Effective::Calculated(Responsibility::CustodyOnly),
        Effective::Calculated(Responsibility::Community),
    );
    let corrected = RulesVersion::REFERENCE.with(Departure::ReasonAlwaysShown);

    assert_eq!(
        shown_reason(custody, fresh, RulesVersion::REFERENCE),
        Reason::Determinate
    );
    assert_eq!(
        shown_reason(community, fresh, RulesVersion::REFERENCE),
        Reason::ComResponsibility
    );
    assert_eq!(shown_reason(community, fresh, corrected), Reason::Determinate);
}

#[test]
fn an_override_takes_somebody_to_tell_and_none_before() {
    assert_eq!(can_override(true, false), Ok(()));
    assert_eq!(can_override(true, true), Err(CannotOverride::AlreadyOverridden));
    for overridden in [false, true] {
        assert_eq!(can_override(false, overridden), Err(CannotOverride::NoLduEmail));
    }
}

#[test]
fn a_form_lacks_a_value_a_reason_or_the_words_for_another_reason() {
    use ResponsibilityOverrideRefusal::{Reason, ReasonText, Value};
    let complete = ResponsibilityOverrideForm {
        value: Some(OverrideValue::Probation),
        reason: Some(ResponsibilityOverrideReason::PrisonerHasBeenRecalled),
        reason_text: None,
    };
    let other = ResponsibilityOverrideForm {
        reason: Some(ResponsibilityOverrideReason::OtherReason),
        ..complete
    };
    let lacks = |form: ResponsibilityOverrideForm<'_>| form.refusals().collect::<Vec<_>>();

    assert_eq!(lacks(complete), []);
    assert_eq!(lacks(ResponsibilityOverrideForm::default()), [Value, Reason]);
    assert_eq!(lacks(other), [ReasonText]);
    for text in ["", "  "] {
        assert_eq!(
            lacks(ResponsibilityOverrideForm {
                reason_text: Some(text),
                ..other
            }),
            [ReasonText]
        );
    }
    assert_eq!(
        lacks(ResponsibilityOverrideForm {
            reason_text: Some("why"),
            ..other
        }),
        []
    );
    assert_eq!(Value.to_string(), "is not included in the list");
    assert_eq!(
        Reason.to_string(),
        "Select a reason for overriding the responsibility"
    );
    assert_eq!(
        ReasonText.to_string(),
        "Please provide reason when Other is selected"
    );
}

#[test]
fn each_override_reason_has_its_number_label_and_place_on_the_form() {
    for (number, code, label) in [
        (
            0,
            "less_than_10_months_to_serve",
            "The prisoner has less than 10 months less to serve",
        ),
        (
            1,
            "community_team_to_work_with_offender",
            "Decision made for the community probation team to work with this prisoner",
        ),
        (2, "prisoner_has_been_recalled", "Prisoner has been recalled"),
        (3, "other_reason", "Other"),
        (
            4,
            "prisoner_moved_to_open_prison",
            "Prisoner moved to open prison",
        ),
    ] {
        let reason = ResponsibilityOverrideReason::from_str(code).unwrap();
        assert_eq!((reason.number(), reason.label()), (number, label));
        assert_eq!(reason.is_selectable(), number < 4);
    }
}

#[test]
fn an_override_is_taken_back_with_words_only() {
    assert!(accept_removal(Some("because")).is_ok());
    for nothing in [None, Some(""), Some(" \n")] {
        assert_eq!(
            accept_removal(nothing).unwrap_err().to_string(),
            "You must say why you are changing responsibility for this case"
        );
    }
}
