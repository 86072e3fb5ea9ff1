//! How a case stands by its assessments.

use domain::{
    early_allocation::{AssessedCase, ReferralDates, State, Verdict},
    handover::Departure,
};

use super::{
    APRIL, MAY, REFERENCE, TODAY, case, day, decided, discretionary, eligible, ineligible, made, today,
};

#[test]
fn departing_acceptance_of_an_ineligible_case_has_no_effect() {
    let rules = REFERENCE.with(Departure::OnlyDiscretionaryAssessmentsAreDecided);
    let accepted = [decided(made(MAY, true, ineligible()), true)];

    assert!(case(&accepted).is_eligible(today(), REFERENCE));
    assert!(!case(&accepted).is_eligible(today(), rules));
    assert!(accepted[0].is_ineligible_or_declined(rules));
    assert_eq!(accepted[0].verdict(rules), Verdict::NotEligible);
    let asked = decided(made(MAY, true, discretionary()), true);
    assert!(asked.is_eligible_or_accepted(rules));
    let too_early = decided(made(MAY, false, discretionary()), true);
    assert!(too_early.is_eligible_or_accepted(REFERENCE));
    assert!(!too_early.is_eligible_or_accepted(rules));
}

#[test]
fn the_window_opens_18_months_before_the_earliest_date() {
    let on = |date: &str| ReferralDates {
        conditional_release: Some(day(date)),
        ..ReferralDates::default()
    };
    assert!(on("2025-11-20").within_window(today()));
    assert!(!on("2025-11-21").within_window(today()));
    assert!(on("2001-01-01").within_window(today()));
    assert!(!ReferralDates::default().within_window(today()));

    let far = Some(day("2040-01-01"));
    let near = Some(day("2025-01-01"));
    let all_far = ReferralDates {
        tariff: far,
        parole_eligibility: far,
        target_hearing: far,
        automatic_release: far,
        conditional_release: far,
    };
    assert!(!all_far.within_window(today()));
    for dates in [
        ReferralDates {
            tariff: near,
            ..all_far
        },
        ReferralDates {
            parole_eligibility: near,
            ..all_far
        },
        ReferralDates {
            target_hearing: near,
            ..all_far
        },
        ReferralDates {
            automatic_release: near,
            ..all_far
        },
        ReferralDates {
            conditional_release: near,
            ..all_far
        },
    ] {
        assert!(dates.within_window(today()));
    }
}

#[test]
fn only_assessments_of_this_sentence_count() {
    let assessments = [
        made("2024-05-12T23:59:59Z", true, eligible()),
        made("2024-05-13T00:00:00Z", true, eligible()),
    ];
    let sentenced_on = |start| AssessedCase {
        sentence_start: start,
        ..case(&assessments)
    };
    let counted = |start| sentenced_on(start).current(REFERENCE).count();
    assert_eq!(counted(Some(day("2024-05-12"))), 2);
    assert_eq!(counted(Some(day("2024-05-13"))), 1);
    assert_eq!(counted(Some(day("2024-05-14"))), 0);
    assert_eq!(counted(None), 0);
}

#[test]
fn departing_an_assessment_is_of_its_day_in_london() {
    let after_midnight_in_london = made("2024-05-12T23:30:00Z", true, eligible());
    assert_eq!(after_midnight_in_london.created_on(REFERENCE), day("2024-05-12"));
    let rules = REFERENCE.with(Departure::LondonDates);
    assert_eq!(after_midnight_in_london.created_on(rules), day("2024-05-13"));
}

#[test]
fn the_latest_assessment_alone_decides() {
    let both = [made(APRIL, true, eligible()), made(MAY, true, ineligible())];
    assert_eq!(case(&both).latest(REFERENCE), Some(&both[1]));
    assert!(!case(&both).is_eligible(today(), REFERENCE));
    assert!(case(&both[..1]).is_eligible(today(), REFERENCE));
    assert!(!case(&[made(MAY, false, eligible())]).is_eligible(today(), REFERENCE));
    assert!(!case(&[]).is_eligible(today(), REFERENCE));
}

#[test]
fn an_eligible_case_stays_so_until_its_licence_expires() {
    let assessments = [made(MAY, true, eligible())];
    let expiring = |expiry: &str| AssessedCase {
        licence_expiry: Some(day(expiry)),
        ..case(&assessments)
    };
    assert!(expiring(TODAY).is_eligible(today(), REFERENCE));
    assert!(!expiring("2024-05-19").is_eligible(today(), REFERENCE));
    assert_eq!(expiring("2024-05-19").state(true, today(), REFERENCE), None);
}

#[test]
fn a_case_stands_by_the_first_state_that_fits() {
    let asked = made(MAY, true, discretionary());
    let too_early = made(APRIL, false, eligible());
    for (assessments, within_window, state) in [
        (vec![], true, None),
        (vec![made(MAY, true, eligible())], true, Some(State::Eligible)),
        (vec![asked], true, Some(State::DecisionPending)),
        (vec![decided(asked, true)], true, Some(State::Eligible)),
        (vec![decided(asked, false)], true, Some(State::AssessmentSaved)),
        (
            vec![made(MAY, true, ineligible())],
            true,
            Some(State::AssessmentSaved),
        ),
        (vec![too_early], true, Some(State::CallToAction)),
        (vec![too_early], false, Some(State::AssessmentSaved)),
        (
            vec![made(APRIL, false, discretionary())],
            true,
            Some(State::CallToAction),
        ),
        (
            vec![made(APRIL, false, ineligible())],
            true,
            Some(State::AssessmentSaved),
        ),
        (
            vec![too_early, made(MAY, false, ineligible())],
            true,
            Some(State::CallToAction),
        ),
        (vec![too_early, asked], true, Some(State::DecisionPending)),
    ] {
        let stands = case(&assessments).state(within_window, today(), REFERENCE);
        assert_eq!(stands, state, "{assessments:?}");
    }
}

#[test]
fn states_read_as_users_know_them() {
    let read: Vec<_> = [
        Some(State::Eligible),
        Some(State::DecisionPending),
        Some(State::CallToAction),
        Some(State::AssessmentSaved),
        None,
    ]
    .into_iter()
    .map(|state| {
        (
            State::status(state),
            State::action(state),
            state.map(State::badge),
        )
    })
    .collect();
    assert_eq!(
        read,
        [
            (
                "Eligible - case handover date has been updated",
                "View assessment",
                Some("eligible")
            ),
            (
                "Discretionary - the community probation team will make a decision",
                "Record community decision",
                Some("decision pending")
            ),
            (
                "New assessment required",
                "Check and reassess",
                Some("assessment saved")
            ),
            (
                "Has saved assessments",
                "Check and reassess",
                Some("assessment saved")
            ),
            ("Not assessed", "Start assessment", None),
        ]
    );
}

#[test]
fn a_new_assessment_is_asked_for_when_all_were_too_early() {
    let too_early = [made(APRIL, false, eligible())];
    assert!(case(&too_early).asks_for_assessment(true, true, REFERENCE));
    assert!(!case(&too_early).asks_for_assessment(false, true, REFERENCE));
    assert!(!case(&too_early).asks_for_assessment(true, false, REFERENCE));

    let since = [too_early[0], made(MAY, true, ineligible())];
    assert!(!case(&since).asks_for_assessment(true, true, REFERENCE));
    let hopeless = [made(APRIL, false, ineligible())];
    assert!(!case(&hopeless).asks_for_assessment(true, true, REFERENCE));
}

#[test]
fn departing_the_decision_task_is_shown_only_while_one_is_awaited() {
    let rules = REFERENCE.with(Departure::TaskWhileDecisionAwaited);
    let asked = made(MAY, true, discretionary());
    for (assessments, shown, shown_departing) in [
        (vec![], false, false),
        (vec![asked], true, true),
        (vec![decided(asked, true)], true, false),
        (vec![made(MAY, true, ineligible())], true, false),
        (vec![made(MAY, true, eligible())], true, false),
        (vec![made(MAY, false, discretionary())], true, false),
        (
            vec![asked, made("2024-05-02T10:00:00Z", true, eligible())],
            true,
            false,
        ),
    ] {
        assert_eq!(case(&assessments).has_decision_task(REFERENCE), shown);
        assert_eq!(
            case(&assessments).has_decision_task(rules),
            shown_departing,
            "{assessments:?}"
        );
    }
}

#[test]
fn the_case_shows_the_verdict_of_its_latest_assessment() {
    let both = [made(APRIL, true, eligible()), made(MAY, true, ineligible())];
    assert_eq!(case(&both).verdict(REFERENCE), Some(Verdict::NotEligible));
    assert_eq!(case(&[]).verdict(REFERENCE), None);
}
