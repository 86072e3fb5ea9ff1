//! What follows from saving an assessment, and from time passing over one.

use domain::{
    PrisonCode,
    early_allocation::{
        AfterSaving, Outcome, ReassessmentFacts, ReferralEmail, after_saving, changed_eligibility,
    },
    handover::Departure,
};

use super::{MAY, REFERENCE, day, discretionary, eligible, ineligible, made};

#[test]
fn saving_in_time_tells_the_community_and_makes_eligibility_known() {
    let after = |email, eligibility| AfterSaving { email, eligibility };
    for (outcome, within_window, expected) in [
        (
            Outcome::Eligible,
            true,
            after(Some(ReferralEmail::Eligible), true),
        ),
        (Outcome::Eligible, false, after(None, false)),
        (
            Outcome::Discretionary,
            true,
            after(Some(ReferralEmail::Discretionary), false),
        ),
        (Outcome::Discretionary, false, after(None, false)),
        (Outcome::Ineligible, true, after(None, false)),
        (Outcome::Ineligible, false, after(None, false)),
    ] {
        assert_eq!(after_saving(outcome, within_window, REFERENCE), expected);
        let rules = REFERENCE.with(Departure::EligibilityFollowsEverySave);
        let departing = after(expected.email, true);
        assert_eq!(after_saving(outcome, within_window, rules), departing);
    }
}

#[test]
fn a_referral_goes_out_while_the_prison_that_has_the_case_has_the_prisoner() {
    let (leeds, moorland) = (prison("LEI"), prison("MDI"));
    for (prisoner, allocation, goes_out) in [
        (Some(&leeds), Some(&leeds), true),
        (Some(&moorland), Some(&leeds), false),
        (Some(&leeds), None, false),
        (None, Some(&leeds), false),
        (None, None, false),
    ] {
        assert_eq!(ReferralEmail::goes_out(prisoner, allocation), goes_out);
    }
}

fn prison(code: &str) -> PrisonCode {
    PrisonCode::try_from(code).unwrap()
}

#[test]
fn eligibility_is_announced_when_it_is_not_the_stored_one() {
    for (stored, current, changed) in [
        (None, true, Some(true)),
        (None, false, Some(false)),
        (Some(false), true, Some(true)),
        (Some(true), false, Some(false)),
        (Some(true), true, None),
        (Some(false), false, None),
    ] {
        assert_eq!(changed_eligibility(stored, current), changed);
    }
}

#[test]
fn the_pom_is_reminded_once_a_sentence_of_an_assessment_made_too_early() {
    let too_early = [made("2015-01-01T00:00:00Z", false, discretionary())];
    let facts = ReassessmentFacts {
        assessments: &too_early,
        sentence_start: Some(day("2019-02-05")),
        within_window: true,
        allocated_here: true,
        last_reminded_on: None,
    };
    assert!(facts.reminds());
    let reminded = |on: &str| ReassessmentFacts {
        last_reminded_on: Some(day(on)),
        ..facts
    };
    assert!(reminded("2019-02-04").reminds());
    assert!(!reminded("2019-02-05").reminds());
    let no_sentence = ReassessmentFacts {
        sentence_start: None,
        ..reminded("2001-01-01")
    };
    assert!(!no_sentence.reminds());
    for facts in [
        ReassessmentFacts {
            within_window: false,
            ..facts
        },
        ReassessmentFacts {
            allocated_here: false,
            ..facts
        },
        ReassessmentFacts {
            assessments: &[],
            ..facts
        },
        ReassessmentFacts {
            assessments: &[made(MAY, true, eligible())],
            ..facts
        },
        ReassessmentFacts {
            assessments: &[made(MAY, false, ineligible())],
            ..facts
        },
    ] {
        assert!(!facts.reminds(), "{facts:?}");
    }
}
