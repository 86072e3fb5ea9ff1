//! Cases of our own with the answers of the present service, and what a run does with good and bad input.

use domain::handover::RulesVersion;
use serde_json::{Value, json};

use crate::{
    AnswerOptions, PolicyError, PolicyOutcome,
    answering::Run,
    ran::{answered, compared, comparing},
    rule::{BadCase, PolicyRule, Question, Reply, StepDeviation},
    run_reporting,
};

const TRANSITIONS: &str = include_str!("../cases/allocation-transitions.jsonl");
const RECOMMENDATION: &str = include_str!("../cases/recommendation.jsonl");

fn case(id: &str, tier: &str, expected: &str) -> String {
    json!({
        "id": id,
        "kind": "recommendation",
        "given": {
            "strategy": "tier", "immigrationCase": false, "pomResponsible": true, "tier": tier, "roshLevel": null,
        },
        "expect": {
            "recommendedPomType": expected,
            "label": if expected == "PO" { "probation" } else { "prison" },
            "available": true,
            "reason": "tier_based",
        },
    })
    .to_string()
}

#[test]
fn every_recommendation_is_the_expected_one() {
    let ran = compared("recommendation", RECOMMENDATION);

    assert!(
        ran.outcome.holds() && ran.outcome.deviations == 0,
        "{}",
        ran.output
    );
    assert_eq!(ran.outcome.passed, 99);
}

#[test]
fn every_transition_is_the_expected_one_or_departs_by_decision() {
    let ran = compared("allocation-transitions", TRANSITIONS);

    assert!(ran.outcome.holds(), "{}{}", ran.output, ran.errors);
    assert!(
        ran.outcome.passed > 70 && ran.outcome.deviations > 20,
        "{}",
        ran.output
    );
}

#[test]
fn a_departure_is_declared_exactly_where_it_applies() {
    let ran = answered("allocation-transitions", TRANSITIONS);

    for (case, line) in TRANSITIONS.lines().zip(ran.output.lines()) {
        let (case, line): (Value, Value) = (
            serde_json::from_str(case).unwrap(),
            serde_json::from_str(line).unwrap(),
        );
        assert_eq!(line["id"], case["id"]);
        let declared = line.get("departures").cloned().unwrap_or_else(|| json!([]));
        assert_eq!(declared, case["departures"], "{}", case["id"]);
        assert_eq!(
            line["result"] != case["expect"],
            declared != json!([]),
            "{}",
            case["id"]
        );
    }
}

#[test]
fn a_document_of_cases_is_answered_like_lines() {
    let lines = answered("recommendation", RECOMMENDATION).output;
    let cases: Vec<Value> = RECOMMENDATION
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let document = json!({ "about": ["x"], "cases": cases, "rule": "r" });

    for text in [
        document.to_string(),
        serde_json::to_string_pretty(&document).unwrap(),
    ] {
        assert_eq!(answered("recommendation", &text).output, lines);
    }
}

#[test]
fn a_difference_is_named_by_case_and_path_and_counted() {
    let input = format!("{}\n{}\n", case("right", "A", "PO"), case("wrong", "C", "PO"));
    let ran = compared("recommendation", &input);

    assert_eq!(
        ran.output,
        "wrong label: expected \"probation\", got \"prison\"\n\
         wrong recommendedPomType: expected \"PO\", got \"PRO\"\n\
         1 passed, 1 failed, 0 departures\n"
    );
    assert!(!ran.outcome.holds());
}

#[test]
fn a_bad_line_is_reported_by_number_and_the_others_are_answered() {
    let input = format!(
        "{}\nnot json\n\n{{\"id\":\"x\",\"kind\":\"recommendation\",\"given\":{{}}}}\n{}\n{}",
        case("first", "A", "PO"),
        case("odd", "Z", "PO"),
        case("last", "C", "PRO"),
    );
    let ran = answered("recommendation", &input);

    assert_eq!(ran.output.lines().count(), 2);
    let errors: Vec<_> = ran.errors.lines().collect();
    assert!(errors[0].starts_with("line 2: not a case:"), "{errors:?}");
    assert!(
        errors[1].starts_with("line 4: x: given: missing field `strategy`"),
        "{errors:?}"
    );
    assert_eq!(errors[2], "line 5: odd: 'Z' is not a tier");
    assert_eq!(errors.len(), 3);
    assert_eq!(
        ran.outcome,
        PolicyOutcome {
            passed: 2,
            unreadable: 3,
            ..PolicyOutcome::default()
        }
    );
    assert!(!ran.outcome.holds());
}

#[test]
fn a_case_that_is_none_is_told_by_the_member_that_is_wrong() {
    for (line, complaint) in [
        (
            r#"{"id":"x","kind":"k","now":"2026-06-15T12:00:00","given":{}}"#,
            "now: premature end of input",
        ),
        (
            r#"{"id":7,"kind":"k","given":{}}"#,
            "id: invalid type: integer `7`, expected a string",
        ),
        (
            r#"["x","k",null,null,null,{},null]"#,
            "a list, where an object is needed",
        ),
        (r#"{"id":"x""#, "EOF while parsing an object at column 9"),
        (r#"{"id":"x","kind":"k"}"#, "missing field `given` at column 21"),
    ] {
        assert_eq!(
            answered("recommendation", line).errors,
            format!("line 1: not a case: {complaint}\n")
        );
    }
}

#[test]
fn a_kind_is_told_which_rules_answer_it() {
    let told = |kind: &str| {
        let case = json!({ "id": "x", "kind": kind, "given": {} });
        answered("recommendation", &case.to_string()).errors
    };
    assert_eq!(
        told("recalc"),
        "line 1: x: kind 'recalc' is not answered by this rule: ask handover-recalculation or handover\n"
    );
    assert_eq!(
        told("astrology"),
        "line 1: x: kind 'astrology' is not answered by any rule: correct it\n"
    );
}

#[test]
fn a_first_line_that_breaks_off_does_not_hide_the_next() {
    let good = case("good", "A", "PO");
    let ran = answered("recommendation", &format!("{}\n{good}\n", &good[..40]));

    assert_eq!(
        (ran.outcome.passed, ran.outcome.unreadable),
        (1, 1),
        "{}",
        ran.errors
    );
}

#[test]
fn a_line_without_end_is_cut_off_and_the_next_is_answered() {
    let endless = "x".repeat((16 << 20) + 100_000);
    let ran = answered(
        "recommendation",
        &format!("{endless}\n{}\n", case("good", "A", "PO")),
    );

    assert_eq!(ran.errors, "line 1: longer than 16777216 bytes\n");
    assert_eq!(ran.outcome.passed, 1);
}

#[test]
fn a_bad_member_of_a_document_is_reported_by_number() {
    let document = format!(
        "{{\"cases\": [\n{},\n7,\n{}]}}",
        case("one", "A", "PO"),
        case("three", "A", "PO")
    );
    let ran = compared("recommendation", &document);

    assert!(ran.errors.starts_with("case 2: not a case:"), "{}", ran.errors);
    assert_eq!(ran.output, "2 passed, 0 failed, 0 departures, 1 unreadable\n");
}

#[test]
fn a_document_that_breaks_off_is_an_error() {
    let error = run_reporting(
        "recommendation",
        AnswerOptions::under(RulesVersion::REFERENCE),
        &b"{\n\"cases\": ["[..],
        vec![],
        vec![],
    )
    .unwrap_err();

    assert!(matches!(error, PolicyError::NotCases { line: 2, .. }), "{error}");
}

#[test]
fn a_case_without_expectation_cannot_be_compared() {
    let mut case: Value = serde_json::from_str(&case("bare", "A", "PO")).unwrap();
    case.as_object_mut().unwrap().remove("expect");
    let ran = compared("recommendation", &case.to_string());

    assert_eq!(ran.errors, "line 1: bare: has no 'expect' to compare with\n");
    assert!(answered("recommendation", &case.to_string()).outcome.holds());
}

#[test]
fn an_unknown_rule_names_those_there_are() {
    let error = run_reporting(
        "astrology",
        AnswerOptions::under(RulesVersion::REFERENCE),
        &b""[..],
        vec![],
        vec![],
    )
    .unwrap_err()
    .to_string();

    assert!(error.contains("'astrology'"), "{error}");
    assert!(
        error.contains("allocation-transitions") && error.contains("recommendation"),
        "{error}"
    );
}

/// Answers what it is given, and deviates at the given steps.
struct Echo;

impl PolicyRule for Echo {
    fn name(&self) -> &'static str {
        "echo"
    }

    fn kinds(&self) -> &'static [&'static str] {
        &["echo"]
    }

    fn answer(&self, question: &Question<'_>, reply: &mut Reply) -> Result<(), BadCase> {
        let given: Value = question.given()?;
        reply.deviations = given["departs"]
            .as_u64()
            .map(|step| StepDeviation {
                code: "D-1",
                step: usize::try_from(step).unwrap(),
            })
            .into_iter()
            .collect();
        reply.say(&given["result"])
    }
}

fn echoed(departs: Option<u64>, got: &Value, expected: &Value) -> (PolicyOutcome, String) {
    let case = json!({
        "id": "e", "kind": "echo",
        "given": { "departs": departs, "result": { "steps": got } },
        "expect": { "steps": expected },
    });
    let mut output = Vec::new();
    let outcome = Run::new(&Echo, comparing(RulesVersion::REFERENCE), &mut output, Vec::new())
        .all(case.to_string().as_bytes())
        .unwrap();
    (outcome, String::from_utf8(output).unwrap())
}

#[test]
fn a_departure_explains_differences_from_its_step_on_and_none_before() {
    let (outcome, _) = echoed(Some(1), &json!([1, 9, 9]), &json!([1, 2, 3]));
    assert_eq!(
        outcome,
        PolicyOutcome {
            deviations: 1,
            ..PolicyOutcome::default()
        }
    );

    let (outcome, output) = echoed(Some(1), &json!([9, 9, 3]), &json!([1, 2, 3]));
    assert_eq!(outcome.failed, 1);
    assert!(output.starts_with("e steps[0]: expected 1, got 9\n"), "{output}");
}

#[test]
fn a_departure_that_does_not_depart_is_a_failure() {
    let (outcome, output) = echoed(Some(0), &json!([1]), &json!([1]));

    assert_eq!(outcome.failed, 1);
    assert!(
        output.starts_with("e declares D-1 but answers as expected\n"),
        "{output}"
    );
}

#[test]
fn a_missing_or_additional_step_is_a_difference() {
    let (_, output) = echoed(None, &json!([1]), &json!([1, 2]));
    assert!(
        output.starts_with("e steps[1]: expected 2, got nothing\n"),
        "{output}"
    );

    let (_, output) = echoed(None, &json!([{ "a": 1, "b": 2 }]), &json!([{ "a": 1 }]));
    assert!(
        output.starts_with("e steps[0].b: expected nothing, got 2\n"),
        "{output}"
    );
}
