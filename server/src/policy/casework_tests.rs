//! Cases of our own for early allocation, parole, lists and recalculation, and what departs from the present service.

use domain::handover::RulesVersion;
use serde_json::{Value, json};

use super::{Asking, run_complaining};

fn run(rule: &str, rules: RulesVersion, input: &str, expect: bool) -> (u64, bool, String) {
    let (mut output, mut complaints) = (Vec::new(), Vec::new());
    let outcome = run_complaining(
        rule,
        Asking {
            expect,
            ..Asking::under(rules)
        },
        input.as_bytes(),
        &mut output,
        &mut complaints,
    )
    .unwrap();
    output.append(&mut complaints);
    (
        outcome.passed,
        outcome.holds(),
        String::from_utf8(output).unwrap(),
    )
}

#[test]
fn every_case_of_our_own_is_answered_as_expected() {
    for (rule, cases) in [
        (
            "early-allocation",
            include_str!("../../tests/policy/early-allocation.jsonl"),
        ),
        ("parole", include_str!("../../tests/policy/parole.jsonl")),
        (
            "handover-lists",
            include_str!("../../tests/policy/handover-lists.jsonl"),
        ),
        (
            "handover-recalculation",
            include_str!("../../tests/policy/handover-recalculation.jsonl"),
        ),
        (
            "handover",
            include_str!("../../tests/policy/handover-recalculation.jsonl"),
        ),
    ] {
        let (passed, holds, output) = run(rule, RulesVersion::REFERENCE, cases, true);
        assert!(holds, "{rule}: {output}");
        assert_eq!(usize::try_from(passed).unwrap(), cases.lines().count(), "{rule}");
    }
}

/// The answer to what is given at three in the morning of 20 May 2024.
fn answer(rule: &str, rules: RulesVersion, kind: &str, given: &Value) -> Value {
    let case = json!({ "id": "c", "kind": kind, "now": "2024-05-20T03:00:00Z", "given": given });
    let (_, holds, output) = run(rule, rules, &case.to_string(), false);
    assert!(holds, "{output}");
    serde_json::from_str::<Value>(&output).unwrap()["result"].take()
}

#[test]
fn departing_a_lifer_past_the_tariff_stays_on_the_lists() {
    let given = json!({
        "handover": {
            "responsibility": "Community", "reason": "indeterminate",
            "handoverDate": "2024-04-20", "handoverStartDate": "2024-04-20",
        },
        "probation": { "comName": null, "comEmail": null, "enhancedResourcing": true },
        "checklist": null,
        "earliestReleaseDate": "2020-01-01",
        "simplifiedEnhancedHandover": false,
    });
    let listed = |rules| {
        let answer = answer("handover-lists", rules, "lists", &given);
        (answer["excludedAsReleased"] == true, answer["inProgress"] == true)
    };
    assert_eq!(listed(RulesVersion::REFERENCE), (true, false));
    assert_eq!(listed(RulesVersion::CORRECTED), (false, true));
}

#[test]
fn departing_a_blank_result_leaves_no_trace() {
    let given = json!({
        "knownOffenders": ["A1111AA"],
        "existing": [],
        "rows": [{
            "nomisId": "A1111AA", "reviewId": "5", "reviewDate": "01-01-2026", "ms13TargetDate": null,
            "reviewStatus": "Active", "finalResult": "", "reviewType": null,
            "snapshotDate": "2025-01-01", "rowNumber": 1, "singleDaySnapshot": true,
        }],
    });
    let received = |rules| {
        answer("parole", rules, "parole_import", &given)["reviews"][0]["hearingOutcomeReceivedOn"].take()
    };
    assert_eq!(received(RulesVersion::REFERENCE), json!("2025-01-01"));
    assert_eq!(received(RulesVersion::CORRECTED), Value::Null);
}

#[test]
fn facts_of_another_shape_are_reported() {
    for (rule, kind) in [
        ("early-allocation", "ea_case"),
        ("parole", "parole_review"),
        ("handover-lists", "ldu_emails"),
        ("handover-recalculation", "recalc"),
    ] {
        let case = json!({ "id": "c", "kind": kind, "now": "2024-05-20T03:00:00Z", "given": {} });
        let (_, holds, output) = run(rule, RulesVersion::REFERENCE, &case.to_string(), false);
        assert!(!holds);
        assert!(
            output.starts_with("line 1: c: the facts given cannot be read"),
            "{output}"
        );
    }
}
