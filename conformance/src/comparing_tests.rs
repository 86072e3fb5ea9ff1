//! Two versions of the rules side by side, and what is said beside an answer.

use std::collections::BTreeSet;

use domain::handover::{Departure, RulesVersion};
use serde::Deserialize;
use serde_json::{Value, json, value::RawValue};

use crate::{
    AnswerOptions, DiffOutcome, answering,
    case::Case,
    casework_tests::CASES,
    diff,
    difference::differences,
    rule::{PolicyRule, Reply},
    rules::RULES,
    run_reporting,
};

/// A case that every version answers alike.
const ALIKE: &str = r#"{"id":"alike","kind":"recommendation","given":{"strategy":"tier","immigrationCase":false,"pomResponsible":true,"tier":"A","roshLevel":null}}"#;

/// A hearing exactly twelve months away: another answer by one departure.
const EXACTLY_TWELVE_MONTHS: &str = r#"{"id":"exact","kind":"handover","now":"2024-05-20T03:00:00Z","given":{"prisoner":{"prisonId":"LEI","dateOfBirth":"1990-12-06","imprisonmentStatus":"LIFE","recall":true,"indeterminateSentence":true,"sentenceStartDate":"2019-02-05"},"paroleReviews":[{"targetHearingDate":"2025-05-20"}],"probation":null}}"#;

fn compared(old: RulesVersion, new: RulesVersion, input: &str) -> (DiffOutcome, String) {
    let mut output = Vec::new();
    let outcome = diff(old, new, input.as_bytes(), &mut output).unwrap();
    (outcome, String::from_utf8(output).unwrap())
}

#[test]
fn a_case_that_two_versions_answer_differently_stands_under_the_departure_that_makes_it_so() {
    let input = format!("{EXACTLY_TWELVE_MONTHS}\n{ALIKE}\n");
    let (outcome, output) = compared(RulesVersion::REFERENCE, RulesVersion::CORRECTED, &input);

    assert_eq!((outcome.changed, outcome.same, outcome.unreadable), (1, 1, 0));
    let lines: Vec<_> = output.lines().collect();
    assert!(
        lines[0].starts_with("exactly-twelve-months, since 2026-11-22: "),
        "{output}"
    );
    assert_eq!(lines[1], "  cases: 1");
    assert!(
        lines[2].starts_with("  exact: ")
            && lines[2].contains("; reason was \"recall_case\", is \"recall_thd_over_12_months\";"),
        "{output}"
    );
    assert_eq!(lines.last(), Some(&"1 answered differently, 1 alike"));

    let (backwards, _) = compared(RulesVersion::CORRECTED, RulesVersion::REFERENCE, &input);
    assert_eq!(backwards, outcome);
}

/// Supported by the community and past the tariff: on no list because of either.
const SUPPORTED_PAST_TARIFF: &str = r#"{"id":"both","kind":"lists","today":"2026-06-15","given":{"handover":{"responsibility":"CustodyWithCom","reason":"indeterminate_open","handoverDate":"2027-01-01","handoverStartDate":"2026-01-01"},"probation":{"comName":null,"comEmail":null},"earliestReleaseDate":"2020-01-01"}}"#;

#[test]
fn what_only_two_departures_together_change_stands_under_both_names() {
    let (outcome, output) = compared(
        RulesVersion::REFERENCE,
        RulesVersion::CORRECTED,
        SUPPORTED_PAST_TARIFF,
    );

    assert_eq!(outcome.changed, 1);
    let group = |name: &str| {
        let mut groups = output.split("\n\n");
        groups.find(|group| group.starts_with(name)).unwrap().to_owned()
    };
    assert_eq!(
        group("tariff-is-not-release and supported-cases-listed, "),
        format!(
            "tariff-is-not-release and supported-cases-listed, since 2026-11-22: {} {}\n  \
             cases: 1\n  both: comAllocationOverdue was false, is true; inProgress was false, is true",
            Departure::TariffIsNotRelease.meaning(),
            Departure::SupportedCasesListed.meaning()
        )
    );
    assert!(
        group("tariff-is-not-release, since").ends_with("  both: excludedAsReleased was true, is false"),
        "{output}"
    );
}

/// The answer to a case of our own under exactly these rules.
fn answer(case: &Case<'_>, rules: RulesVersion) -> Value {
    let mut reply = Reply::default();
    answering::answer(rule_of(case), case, rules, &mut reply).unwrap();
    serde_json::from_slice(reply.text()).unwrap()
}

fn rule_of(case: &Case<'_>) -> &'static dyn PolicyRule {
    let mut rules = RULES.iter().filter(|rule| rule.kinds().contains(&&*case.kind));
    *rules.next().unwrap()
}

/// A value that is told at the beginning of some text, and the text behind it.
fn told_value(text: &str) -> (Option<Value>, &str) {
    if let Some(rest) = text.strip_prefix("nothing") {
        return (None, rest);
    }
    let value = <&RawValue>::deserialize(&mut serde_json::Deserializer::from_str(text)).unwrap();
    let rest = &text[value.get().len()..];
    (Some(serde_json::from_str(value.get()).unwrap()), rest)
}

/// The changes of a line: where, what was, and what is.
fn told_changes(mut line: &str) -> Vec<(String, Option<Value>, Option<Value>)> {
    let mut changes = Vec::new();
    loop {
        let (place, rest) = line.split_once(" was ").unwrap();
        let (was, rest) = told_value(rest);
        let (is, rest) = told_value(rest.strip_prefix(", is ").unwrap());
        changes.push((
            format!("/{}", place.replace(['.', '['], "/").replace(']', "")),
            was,
            is,
        ));
        let Some(next) = rest.strip_prefix("; ") else {
            assert_eq!(rest, "");
            return changes;
        };
        line = next;
    }
}

#[test]
fn every_change_told_is_one_from_the_old_answer_to_the_new_and_made_by_those_it_stands_under() {
    let mut told_of = 0;
    for line in CASES.iter().flat_map(|cases| cases.lines()) {
        let case: Case<'_> = serde_json::from_str(line).unwrap();
        let old = answering::rules_of(rule_of(&case), &case, RulesVersion::REFERENCE).unwrap();
        let (before, after) = (answer(&case, old), answer(&case, RulesVersion::CORRECTED));
        let (_, output) = compared(RulesVersion::REFERENCE, RulesVersion::CORRECTED, line);
        let mut places = BTreeSet::new();
        for group in output
            .split_terminator("\n\n")
            .filter(|group| group.contains(", since "))
        {
            let lines: Vec<_> = group.lines().collect();
            let (names, _) = lines[0].split_once(", since ").unwrap();
            let causes = names
                .split(" and ")
                .map(|name| name.parse::<Departure>().unwrap());
            let between = answer(&case, causes.fold(old, RulesVersion::with));
            let (_, changes) = lines[2].split_once(": ").unwrap();
            for (place, was, is) in told_changes(changes) {
                assert_eq!(before.pointer(&place), was.as_ref(), "{place}: {output}");
                assert_eq!(after.pointer(&place), is.as_ref(), "{place}: {output}");
                assert_eq!(between.pointer(&place), is.as_ref(), "{names} {place}: {output}");
                places.insert(place);
            }
        }
        assert_eq!(
            places.len(),
            differences(&before, &after).len(),
            "{line} {output}"
        );
        told_of += places.len();
    }
    assert!(told_of > 100, "{told_of}");
}

#[test]
fn a_version_does_not_differ_from_itself_and_what_cannot_be_read_is_counted() {
    let (outcome, output) = compared(
        RulesVersion::REFERENCE,
        RulesVersion::REFERENCE,
        &format!(
            "{EXACTLY_TWELVE_MONTHS}\nno case\n{{\"id\":\"x\",\"kind\":\"astrology\",\"given\":{{}}}}\n"
        ),
    );

    assert_eq!(output, "0 answered differently, 1 alike, 2 unreadable\n");
    assert_eq!((outcome.same, outcome.unreadable), (1, 2));
}

#[test]
fn a_case_is_answered_under_the_version_asked_for() {
    let answer = |rules| {
        let mut output = Vec::new();
        run_reporting(
            "handover",
            AnswerOptions::under(rules),
            EXACTLY_TWELVE_MONTHS.as_bytes(),
            &mut output,
            vec![],
        )
        .unwrap();
        let line: Value = serde_json::from_slice(&output).unwrap();
        line["result"]["reason"].clone()
    };

    assert_eq!(answer(RulesVersion::REFERENCE), "recall_case");
    assert_eq!(answer(RulesVersion::CORRECTED), "recall_thd_over_12_months");
}

#[test]
fn what_is_listed_stands_under_its_departure_however_much_it_is() {
    let cases = 2_000;
    let expired = r#"{"id":"past","kind":"earliest_release","today":"2024-05-20","given":{"conditionalReleaseDate":"2024-01-01","licenceExpiryDate":"2025-01-01"}}"#;
    let input = format!("{EXACTLY_TWELVE_MONTHS}\n{expired}\n").repeat(cases);
    let (outcome, output) = compared(RulesVersion::REFERENCE, RulesVersion::CORRECTED, &input);

    assert_eq!(outcome.changed, 4_000);
    let of_departure = |code: &str| {
        output
            .split("\n\n")
            .find(|group| group.starts_with(code))
            .unwrap()
            .lines()
            .skip(1)
            .collect::<Vec<_>>()
    };
    for (code, case) in [
        ("exactly-twelve-months", "  exact: "),
        ("expiry-after-past-release", "  past: "),
    ] {
        let told = of_departure(code);
        assert_eq!(told[0], format!("  cases: {cases}"));
        assert_eq!(told.len(), cases + 1, "{code}");
        assert!(told[1..].iter().all(|line| line.starts_with(case)), "{code}");
    }
}

/// The answer of `handover` to a case with these facts, as asked.
fn told(prisoner: &Value, options: AnswerOptions) -> Value {
    let case = json!({
        "id": "c", "kind": "handover", "now": "2024-05-20T03:00:00Z", "given": { "prisoner": prisoner },
    });
    let mut output = Vec::new();
    run_reporting(
        "handover",
        options,
        case.to_string().as_bytes(),
        &mut output,
        vec![],
    )
    .unwrap();
    serde_json::from_slice(&output).unwrap()
}

#[test]
fn an_answer_is_explained_and_names_its_rules_only_when_asked() {
    let released = json!({
        "dateOfBirth": "1990-12-06", "sentenceStartDate": "2024-02-05", "releaseDate": "2024-11-01",
        "conditionalReleaseDate": "2024-11-01",
    });
    let plain = AnswerOptions::under(RulesVersion::CORRECTED);
    let asked = AnswerOptions {
        explain: true,
        name_rules: true,
        ..plain
    };

    let (answer, bare) = (told(&released, asked), told(&released, plain));
    assert_eq!(
        answer["explanation"],
        "The community is responsible: a sentence begun on 5 February 2024 with 10 months or less to release, which is not handed over, \
         with conditional release on 1 November 2024. (Handover rules 5.1 c)"
    );
    assert_eq!(answer["rules"], "corrected");
    assert_eq!(answer["result"], bare["result"]);
    assert_eq!(bare.as_object().unwrap().len(), 2);
}

#[test]
fn a_refusal_is_explained_by_the_condition_that_fails() {
    let asked = AnswerOptions {
        explain: true,
        ..AnswerOptions::under(RulesVersion::REFERENCE)
    };
    for (prisoner, words) in [
        (json!({}), "the date of birth is not known"),
        (
            json!({ "dateOfBirth": "2020-01-01" }),
            "the eighteenth birthday is to come",
        ),
        (
            json!({ "dateOfBirth": "1990-12-06", "imprisonmentStatus": "CIVIL" }),
            "civil matters",
        ),
        (json!({ "dateOfBirth": "1990-12-06" }), "no sentence is known"),
    ] {
        let answer = told(&prisoner, asked);
        assert_eq!(answer["result"]["error"], "outside_omic_policy");
        let explanation = answer["explanation"].as_str().unwrap();
        assert!(explanation.contains(words), "{explanation}");
        assert!(explanation.ends_with("(Handover rules 3.2)"), "{explanation}");
        assert_eq!(answer["rules"], Value::Null);
    }
}
