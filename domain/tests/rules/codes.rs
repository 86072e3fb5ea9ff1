//! Every word on the wire is read as it was written, and nothing else is read.

use std::{
    fmt::{Debug, Display},
    str::FromStr,
};

use domain::{
    PomPosition,
    early_allocation::{OasysDateRefusal, Outcome, Question, ReferralEmail, SavingRefusal, State, Verdict},
    handover::{Departure, OverrideValue, Reason, Responsibility, ResponsibilityOverrideReason},
    handover_list::{HandoverTask, HandoverType, LduHint, MonthlyEmail, PomTask, Reminder},
    parole::{FileDateFormat, ParoleDateKind},
    recalculation::ComRequest,
};
use serde::{Serialize, de::DeserializeOwned};

fn reads_as_written<T>(values: &[T])
where
    T: Copy + Debug + PartialEq + Display + FromStr + Serialize + DeserializeOwned,
{
    let words: std::collections::BTreeSet<_> = values.iter().map(ToString::to_string).collect();
    assert_eq!(words.len(), values.len(), "{words:?}");
    for value in values {
        let word = value.to_string();
        assert_eq!(word.parse::<T>().ok(), Some(*value), "{word}");
        let json = serde_json::to_value(value).unwrap();
        assert_eq!(json, serde_json::json!(word));
        assert_eq!(serde_json::from_value::<T>(json).unwrap(), *value);
        for other in [format!("{word} "), word.to_lowercase() + "x", String::new()] {
            assert!(other.parse::<T>().is_err(), "{other}");
        }
    }
}

#[test]
fn history_calls_a_grade_by_its_service() {
    assert_eq!(PomPosition::Prison.word(), "prison");
    assert_eq!(PomPosition::Probation.word(), "probation");
}

#[test]
fn a_word_is_read_as_it_was_written() {
    reads_as_written(Departure::ALL);
    reads_as_written(Responsibility::ALL);
    reads_as_written(Reason::ALL);
    reads_as_written(OverrideValue::ALL);
    reads_as_written(ResponsibilityOverrideReason::ALL);
    reads_as_written(Question::ALL);
    reads_as_written(Outcome::ALL);
    reads_as_written(Verdict::ALL);
    reads_as_written(State::ALL);
    reads_as_written(OasysDateRefusal::ALL);
    reads_as_written(SavingRefusal::ALL);
    reads_as_written(ReferralEmail::ALL);
    reads_as_written(HandoverTask::ALL);
    reads_as_written(HandoverType::ALL);
    reads_as_written(PomTask::ALL);
    reads_as_written(Reminder::ALL);
    reads_as_written(MonthlyEmail::ALL);
    reads_as_written(LduHint::ALL);
    reads_as_written(ComRequest::ALL);
    reads_as_written(FileDateFormat::ALL);
    reads_as_written(ParoleDateKind::ALL);
}
