//! What holds of any assessments.

use chrono::{DateTime, Days, NaiveDate, Utc};
use domain::{
    calendar::{months_after, months_before},
    early_allocation::{
        Answers, AssessedCase, Assessment, OasysDateRefusal, Outcome, Question, ReferralDates,
        accept_oasys_date,
    },
    handover::{Departure, RulesVersion},
};
use proptest::prelude::*;
use serde_json::{Map, Value};

use super::{REFERENCE, day, today};

fn any_answer() -> impl Strategy<Value = Option<bool>> {
    proptest::option::of(any::<bool>())
}

fn any_answers() -> impl Strategy<Value = Answers> {
    proptest::collection::vec(any_answer(), Question::ALL.len()).prop_map(|answers| {
        let answers: Map<_, _> = Question::ALL
            .iter()
            .zip(answers)
            .map(|(question, answer)| (question.code().to_owned(), Value::from(answer)))
            .collect();
        serde_json::from_value(Value::Object(answers)).unwrap()
    })
}

prop_compose! {
    fn any_assessment()(
        days in 0..900i64,
        within_window in any::<bool>(),
        outcome in prop::sample::select(Outcome::ALL),
        decision in any_answer(),
    ) -> Assessment {
        Assessment {
            created_at: DateTime::<Utc>::UNIX_EPOCH + chrono::Duration::days(19_000 + days),
            created_within_window: within_window,
            outcome,
            community_decision: decision,
        }
    }
}

fn any_date() -> impl Strategy<Value = Option<NaiveDate>> {
    let some = prop_oneof![
        Just(NaiveDate::MIN),
        Just(NaiveDate::MAX),
        (0..3000u64).prop_map(|days| day("2018-01-01") + Days::new(days)),
    ];
    proptest::option::of(some)
}

proptest! {
    #[test]
    fn the_order_of_assessments_does_not_matter(
        mut assessments in proptest::collection::vec(any_assessment(), 0..6),
        turn in 0..6usize,
        start in any_date(),
        expiry in any_date(),
        at in any_date(),
        within_window in any::<bool>(),
        corrected in any::<bool>(),
    ) {
        let rules = if corrected { RulesVersion::CORRECTED } else { REFERENCE };
        let at = at.unwrap_or_else(today);
        let stand = |assessments: &[Assessment]| {
            let case = AssessedCase { sentence_start: start, licence_expiry: expiry, assessments };
            (
                case.is_eligible(at, rules),
                case.state(within_window, at, rules),
                case.asks_for_assessment(within_window, true, rules),
                case.has_decision_task(rules),
                case.verdict(rules),
            )
        };
        let before = stand(&assessments);
        let turn = turn.min(assessments.len());
        assessments.rotate_left(turn);
        prop_assert_eq!(before, stand(&assessments));
        assessments.reverse();
        prop_assert_eq!(before, stand(&assessments));
    }

    #[test]
    fn once_in_the_window_a_case_stays_in_it(date in any_date(), at in 0..3000u64) {
        let dates = ReferralDates { tariff: date, ..ReferralDates::default() };
        let at = day("2018-01-01") + Days::new(at);
        prop_assert!(!dates.within_window(at) || dates.within_window(at + Days::new(1)));
        prop_assert_eq!(
            dates.within_window(at),
            date.is_some_and(|date| date <= months_after(at, 18))
        );
    }

    #[test]
    fn an_accepted_oasys_date_is_recent_and_past(entered in any_date(), at in any_date()) {
        let at = at.unwrap_or_else(today);
        match accept_oasys_date(entered, at) {
            Ok(date) => {
                prop_assert_eq!(Some(date), entered);
                prop_assert!(date < at && date > months_before(at, 3));
            }
            Err(OasysDateRefusal::Blank) => prop_assert_eq!(entered, None),
            Err(OasysDateRefusal::NotPast) => prop_assert!(entered.unwrap() >= at),
            Err(OasysDateRefusal::TooOld) => prop_assert!(entered.unwrap() <= months_before(at, 3)),
        }
    }

    #[test]
    fn answers_are_read_as_they_are_written(answers in any_answers()) {
        let written = serde_json::to_string(&answers).unwrap();
        prop_assert_eq!(serde_json::from_str::<Answers>(&written).unwrap(), answers);
        prop_assert_eq!(serde_json::from_str::<Answers>("{}").unwrap(), Answers::default());
    }

    #[test]
    fn a_separation_centre_takes_nothing_from_the_other_answers(answers in any_answers()) {
        let elsewhere = Answers { extremism_separation: Some(false), ..answers };
        let rules = REFERENCE.with(Departure::SeparationCentreAddsOnly);
        prop_assert_ne!(
            (elsewhere.outcome(rules), answers.outcome(rules)),
            (Outcome::Discretionary, Outcome::Ineligible)
        );
        prop_assert_eq!(elsewhere.outcome(rules), elsewhere.outcome(REFERENCE));
    }
}
