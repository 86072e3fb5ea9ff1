//! What the questions of an assessment come to, and what its pages accept.

use domain::{
    early_allocation::{
        Answers, Assessment, Justification, OasysDateRefusal, Outcome, Question, SavingRefusal, State,
        Verdict, accept_oasys_date, can_start, creation_refusals, decision_refusals,
    },
    handover::{Departure, RulesVersion},
};

use super::{MAY, REFERENCE, case, day, decided, discretionary, eligible, ineligible, made, today, yes_to};

#[test]
fn any_mandatory_yes_is_eligible_whatever_else_is_answered() {
    for (question, _) in Answers::default().mandatory() {
        assert_eq!(yes_to(&[question]).outcome(REFERENCE), Outcome::Eligible);
        let separated = yes_to(&[question, Question::ExtremismSeparation]);
        assert_eq!(separated.outcome(REFERENCE), Outcome::Eligible);
    }
}

#[test]
fn any_discretionary_yes_is_for_the_community_to_decide() {
    for question in [
        Question::HighRiskOfSeriousHarm,
        Question::MappaLevel2,
        Question::PathfinderProcess,
        Question::OtherReason,
    ] {
        assert_eq!(yes_to(&[question]).outcome(REFERENCE), Outcome::Discretionary);
    }
}

#[test]
fn without_a_yes_the_case_is_ineligible() {
    assert_eq!(ineligible().outcome(REFERENCE), Outcome::Ineligible);
    assert_eq!(Answers::default().outcome(REFERENCE), Outcome::Ineligible);
    let release_alone = yes_to(&[Question::DueForReleaseInLessThan24Months]);
    assert_eq!(release_alone.outcome(REFERENCE), Outcome::Ineligible);
}

#[test]
fn a_separation_centre_counts_only_before_a_release_within_24_months() {
    let soon = yes_to(&[
        Question::ExtremismSeparation,
        Question::DueForReleaseInLessThan24Months,
    ]);
    assert_eq!(soon.outcome(REFERENCE), Outcome::Discretionary);

    let later = yes_to(&[Question::ExtremismSeparation]);
    let not_said = Answers {
        due_for_release_in_less_than24_months: None,
        ..later
    };
    for answers in [later, not_said] {
        assert_eq!(answers.outcome(REFERENCE), Outcome::Ineligible);
        assert_eq!(answers.outcome(RulesVersion::CORRECTED), Outcome::Ineligible);
    }
}

#[test]
fn departing_a_separation_centre_takes_nothing_from_the_other_answers() {
    let answers = yes_to(&[Question::ExtremismSeparation, Question::HighRiskOfSeriousHarm]);

    assert_eq!(answers.outcome(REFERENCE), Outcome::Ineligible);
    let rules = REFERENCE.with(Departure::SeparationCentreAddsOnly);
    assert_eq!(answers.outcome(rules), Outcome::Discretionary);
}

#[test]
fn departing_what_was_saved_keeps_the_outcome_by_which_the_community_was_asked_or_not() {
    let answers = yes_to(&[Question::ExtremismSeparation, Question::HighRiskOfSeriousHarm]);
    let outcome = |stored| Outcome::of_saved(stored, &answers);

    assert_eq!(outcome(None), Outcome::Ineligible);
    for stored in Outcome::ALL.iter().copied() {
        assert_eq!(outcome(Some(stored)), stored);
    }
    let never_asked = [made(MAY, true, answers)];
    let asked = [Assessment {
        outcome: outcome(Some(Outcome::Discretionary)),
        ..never_asked[0]
    }];
    for rules in [REFERENCE, RulesVersion::CORRECTED] {
        let state = |assessments| case(assessments).state(true, today(), rules);
        assert_eq!(state(&never_asked), Some(State::AssessmentSaved));
        assert_eq!(state(&asked), Some(State::DecisionPending));
    }
}

#[test]
fn nothing_is_assessed_while_the_delivery_unit_has_no_address() {
    for unknown in [None, Some(""), Some("  ")] {
        let refusal = can_start(unknown).unwrap_err();
        assert_eq!(
            refusal.to_string(),
            "an assessment cannot be started: no e-mail address is known for the local delivery unit; \
             have it entered in the register of units"
        );
    }
    assert_eq!(can_start(Some("unit@probation.example")), Ok(()));
}

#[test]
fn an_oasys_date_lies_within_three_months_and_before_today() {
    for (entered, accepted) in [
        (None, Err(OasysDateRefusal::Blank)),
        (Some("2024-02-20"), Err(OasysDateRefusal::TooOld)),
        (Some("2024-02-21"), Ok(day("2024-02-21"))),
        (Some("2024-05-19"), Ok(day("2024-05-19"))),
        (Some("2024-05-20"), Err(OasysDateRefusal::NotPast)),
        (Some("2024-05-21"), Err(OasysDateRefusal::NotPast)),
    ] {
        assert_eq!(
            accept_oasys_date(entered.map(day), today()),
            accepted,
            "{entered:?}"
        );
    }
}

#[test]
fn a_refused_oasys_date_says_why() {
    let messages: Vec<_> = OasysDateRefusal::ALL
        .iter()
        .map(|refusal| refusal.message(REFERENCE))
        .collect();
    assert_eq!(
        messages,
        [
            "Enter the date of the last OASys risk assessment",
            "This date must be in the last 3 months",
            "This must not be a date in the future",
        ]
    );
    let rules = REFERENCE.with(Departure::OasysMessageSaysToday);
    assert_eq!(
        OasysDateRefusal::NotPast.message(rules),
        "This date must be before today"
    );
    assert_eq!(
        OasysDateRefusal::TooOld.message(rules),
        "This date must be in the last 3 months"
    );
}

#[test]
fn each_page_asks_for_all_its_answers() {
    let nothing = Answers::default();
    assert_eq!(
        nothing.missing_mandatory().collect::<Vec<_>>(),
        nothing.mandatory().map(|(question, _)| question)
    );
    assert_eq!(
        nothing.missing_discretionary().collect::<Vec<_>>(),
        nothing.discretionary().map(|(question, _)| question)
    );
    assert_eq!(ineligible().missing_mandatory().count(), 0);
    assert_eq!(ineligible().missing_discretionary().count(), 0);
}

#[test]
fn a_release_within_24_months_is_asked_of_those_in_a_separation_centre() {
    let asked = Answers {
        due_for_release_in_less_than24_months: None,
        ..yes_to(&[Question::ExtremismSeparation])
    };
    assert_eq!(
        asked.missing_discretionary().collect::<Vec<_>>(),
        [Question::DueForReleaseInLessThan24Months]
    );
    let not_asked = Answers {
        due_for_release_in_less_than24_months: None,
        ..ineligible()
    };
    assert_eq!(not_asked.missing_discretionary().count(), 0);
}

fn created(answers: &Answers, reason: Option<&str>, approved: Option<bool>) -> Vec<SavingRefusal> {
    creation_refusals(answers.outcome(REFERENCE), Justification { reason, approved }).collect()
}

#[test]
fn a_discretionary_assessment_needs_a_reason_and_approval() {
    use SavingRefusal::{NoReason, NotApproved};

    assert_eq!(created(&discretionary(), None, None), [NotApproved, NoReason]);
    assert_eq!(
        created(&discretionary(), Some(" "), Some(false)),
        [NotApproved, NoReason]
    );
    assert_eq!(created(&discretionary(), Some("r"), None), [NotApproved]);
    assert_eq!(created(&discretionary(), None, Some(true)), [NoReason]);
    assert_eq!(created(&discretionary(), Some("r"), Some(true)), []);
    assert_eq!(created(&eligible(), None, None), []);
    assert_eq!(created(&ineligible(), None, None), []);
}

#[test]
fn recording_a_decision_needs_one() {
    let approved = Justification {
        reason: Some("r"),
        approved: Some(true),
    };
    let asked = made(MAY, true, discretionary());
    let refusals = |assessment: &Assessment, justification, rules| {
        decision_refusals(assessment, justification, rules).collect::<Vec<_>>()
    };

    assert_eq!(refusals(&asked, approved, REFERENCE), [SavingRefusal::NoDecision]);
    assert_eq!(refusals(&decided(asked, false), approved, REFERENCE), []);
    assert_eq!(
        refusals(&decided(asked, true), Justification::default(), REFERENCE),
        [SavingRefusal::NotApproved, SavingRefusal::NoReason]
    );
}

#[test]
fn departing_a_decision_is_recorded_only_where_the_community_was_asked() {
    let rules = REFERENCE.with(Departure::OnlyDiscretionaryAssessmentsAreDecided);
    let approved = Justification {
        reason: Some("r"),
        approved: Some(true),
    };
    for (assessment, refused) in [
        (made(MAY, true, discretionary()), false),
        (made(MAY, false, discretionary()), true),
        (made(MAY, true, ineligible()), true),
        (made(MAY, true, eligible()), true),
    ] {
        let assessment = decided(assessment, true);
        let refusals = |rules| decision_refusals(&assessment, approved, rules).collect::<Vec<_>>();
        assert_eq!(refusals(REFERENCE), []);
        let expected: &[_] = if refused {
            &[SavingRefusal::NothingToDecide]
        } else {
            &[]
        };
        assert_eq!(refusals(rules), expected);
    }
}

#[test]
fn an_assessment_stands_by_its_outcome_and_the_decision() {
    let eligible = made(MAY, true, eligible());
    let asked = made(MAY, true, discretionary());
    let ineligible = made(MAY, true, ineligible());
    for (assessment, accepted, declined, verdict) in [
        (eligible, true, false, Verdict::Eligible),
        (asked, false, false, Verdict::Waiting),
        (decided(asked, true), true, false, Verdict::Eligible),
        (decided(asked, false), false, true, Verdict::NotEligible),
        (ineligible, false, true, Verdict::NotEligible),
        (decided(ineligible, true), true, true, Verdict::Eligible),
    ] {
        assert_eq!(
            assessment.is_eligible_or_accepted(REFERENCE),
            accepted,
            "{assessment:?}"
        );
        assert_eq!(
            assessment.is_ineligible_or_declined(REFERENCE),
            declined,
            "{assessment:?}"
        );
        assert_eq!(assessment.verdict(REFERENCE), verdict, "{assessment:?}");
    }
}

#[test]
fn a_decision_is_awaited_of_discretionary_assessments_made_in_time() {
    let asked = made(MAY, true, discretionary());
    assert!(asked.awaits_decision());
    assert!(!decided(asked, false).awaits_decision());
    assert!(!made(MAY, false, discretionary()).awaits_decision());
    assert!(!made(MAY, true, ineligible()).awaits_decision());
}

#[test]
fn an_assessment_reads_as_users_know_it() {
    let sentence = |assessment: Assessment| assessment.sentence(REFERENCE);
    let asked = made(MAY, true, discretionary());
    assert_eq!(
        sentence(made(MAY, true, eligible())),
        "Eligible - the community probation team will take responsibility for this case early"
    );
    assert_eq!(
        sentence(made(MAY, false, eligible())),
        "Eligible - assessment not sent to the community probation team"
    );
    assert_eq!(sentence(made(MAY, true, ineligible())), "Not eligible");
    assert_eq!(sentence(decided(asked, false)), "Not eligible");
    assert_eq!(
        sentence(asked),
        "Discretionary - the community probation team will make a decision"
    );
    assert_eq!(
        sentence(made(MAY, false, discretionary())),
        "Discretionary - assessment not sent to the community probation team"
    );
    let labels: Vec<_> = Verdict::ALL.iter().map(|verdict| verdict.label()).collect();
    assert_eq!(
        labels,
        ["Eligible", "Waiting for community decision", "Not eligible"]
    );
}
