//! What is read of a case can be printed and read again as the same, in every format.

use std::fmt::{self, Debug};

use domain::handover::RulesVersion;
use serde::{Serialize, Serializer, ser::SerializeMap};
use serde_json::Value;

use crate::{AnswerOptions, casework_tests::every_case, given::GivenDates, ran::run, rules::RULES};

impl Debug for GivenDates {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.effective().fmt(f)
    }
}

impl Serialize for GivenDates {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let dates = self.effective();
        let mut members = serializer.serialize_map(None)?;
        for (name, date) in [
            ("sentenceStartDate", dates.sentence_start),
            ("releaseDate", dates.release),
            ("conditionalReleaseDate", dates.conditional_release),
            ("automaticReleaseDate", dates.automatic_release),
            (
                "homeDetentionCurfewEligibilityDate",
                dates.home_detention_curfew_eligibility,
            ),
            (
                "homeDetentionCurfewActualDate",
                dates.home_detention_curfew_actual,
            ),
            ("paroleEligibilityDate", dates.parole_eligibility),
            ("tariffDate", dates.tariff),
            ("sentenceExpiryDate", dates.sentence_expiry),
            ("licenceExpiryDate", dates.licence_expiry),
            ("postRecallReleaseDate", dates.post_recall_release),
            ("actualParoleDate", dates.approved_parole),
        ] {
            members.serialize_entry(name, &date)?;
        }
        members.end()
    }
}

/// The case, without the day where it says the moment.
fn a_case_at_one_time(line: &str) -> Value {
    let mut case: Value = serde_json::from_str(line).unwrap();
    if case["now"].is_string() {
        case.as_object_mut().unwrap().remove("today");
    }
    case
}

#[test]
fn what_is_read_of_every_case_is_printed_and_read_as_the_same() {
    let options = AnswerOptions {
        strict: true,
        ..AnswerOptions::under(RulesVersion::REFERENCE)
    };
    let cases: Vec<Value> = every_case().lines().map(a_case_at_one_time).collect();
    for rule in RULES {
        let ours = cases
            .iter()
            .filter(|case| rule.kinds().iter().any(|kind| case["kind"] == *kind));
        let ours: Vec<_> = ours.map(Value::to_string).collect();
        let ran = run(rule.name(), options, &ours.join("\n"));
        let met = ran.outcome.passed + ran.outcome.unreadable;
        assert!(met > 0, "{}", rule.name());
        assert_eq!(usize::try_from(met).unwrap(), ours.len(), "{}", rule.name());
        let misread = ran
            .errors
            .lines()
            .find(|complaint| !complaint.contains(" not read by this rule: "));
        assert_eq!(misread, None);
    }
}
