//! Every line is answered or reported, and nothing panics: the twin of the fuzz target.
#![expect(clippy::arithmetic_side_effects, reason = "tests fail by panicking")]

use chrono::{DateTime, Utc};
use domain::handover::RulesVersion;
use proptest::{prelude::*, sample::Index};
use serde_json::{Value, json};

use crate::{AnswerOptions, run_reporting};

const CASES: &str = include_str!("../../../cases/handover.jsonl");

/// Text that means something to a case, put where something else stood.
const ODD: [&str; 14] = [
    "null",
    "\"\"",
    "\"9999-12-31\"",
    "\"-262143-01-01\"",
    "\"-262143-01-01T00:00:00Z\"",
    "\"+262142-12-31T23:59:59Z\"",
    "\"2024-02-29\"",
    "-1",
    "1e400",
    "true",
    "[]",
    "{}",
    "\\u0000",
    "\u{fffd}",
];

/// How many lines were met, and how many of them answered.
fn met(input: &[u8], rules: RulesVersion) -> (u64, usize) {
    let mut output = Vec::new();
    let outcome = run_reporting(
        "handover",
        AnswerOptions::under(rules),
        input,
        &mut output,
        Vec::new(),
    )
    .unwrap();
    let answered = String::from_utf8(output).unwrap().lines().count();
    (outcome.passed + outcome.unreadable, answered)
}

/// A case with one of its values replaced: what stands between a colon and the next comma or bracket.
fn twisted(line: &str, at: Index, odd: &str) -> String {
    let values: Vec<_> = line.match_indices(':').map(|(place, _)| place + 1).collect();
    let begin = values[at.index(values.len())];
    let rest = &line[begin..];
    let end = rest.find([',', '}', ']']).unwrap_or(rest.len());
    format!("{}{odd}{}", &line[..begin], &rest[end..])
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn a_twisted_case_is_answered_or_complained_of(
        line in any::<Index>(),
        places in proptest::collection::vec((any::<Index>(), any::<Index>()), 1..4),
        version in any::<Index>(),
    ) {
        let lines: Vec<_> = CASES.lines().collect();
        let twisted = places.into_iter().fold(lines[line.index(lines.len())].to_owned(), |line, (at, odd)| {
            twisted(&line, at, ODD[odd.index(ODD.len())])
        });
        let (_, rules) = RulesVersion::NAMED[version.index(RulesVersion::NAMED.len())];
        let (met, answered) = met(format!("{twisted}\n").as_bytes(), rules);
        prop_assert_eq!(met, 1);
        prop_assert!(answered <= 1);
    }

    #[test]
    fn any_bytes_are_met(noise in proptest::collection::vec(any::<u8>(), 0..200)) {
        let good = CASES.lines().next().unwrap();
        let input = [good.as_bytes(), b"\n", &noise, b"\n", good.as_bytes(), b"\n"].concat();
        let (met, answered) = met(&input, RulesVersion::REFERENCE);
        prop_assert!(answered >= 2 && met >= 2);
    }
}

#[test]
fn a_case_is_answered_at_the_first_and_at_the_last_moment_of_the_calendar() {
    for end in [DateTime::<Utc>::MIN_UTC, DateTime::<Utc>::MAX_UTC] {
        for line in CASES.lines() {
            let mut case: Value = serde_json::from_str(line).unwrap();
            case["now"] = json!(end);
            for (_, rules) in RulesVersion::NAMED {
                assert_eq!(met(case.to_string().as_bytes(), rules), (1, 1), "{case}");
            }
        }
    }
}
