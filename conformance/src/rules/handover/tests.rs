//! A case of handover as it is given, and facts that cannot be read.

use serde_json::{Value, json};

use crate::ran::answered;

/// A woman at Eastwood Park, whose tariff ends on 1 May 2026, with these facts beside.
fn case(beside: &Value) -> String {
    let mut case = json!({
        "id": "c", "kind": "handover", "now": "2024-05-20T03:00:00Z", "today": "2024-05-20",
        "given": {
            "prisoner": {
                "prisonId": "EWI", "dateOfBirth": "1990-12-06", "indeterminateSentence": true,
                "sentenceStartDate": "2019-02-05", "tariffDate": "2026-05-01",
            },
        },
    });
    for (member, value) in beside.as_object().unwrap() {
        case["given"][member] = value.clone();
    }
    case.to_string()
}

fn answer(beside: &Value) -> Value {
    let ran = answered("handover", &case(beside));
    assert!(ran.outcome.holds(), "{}", ran.errors);
    serde_json::from_str::<Value>(&ran.output).unwrap()["result"].clone()
}

fn complaint(beside: &Value) -> String {
    answered("handover", &case(beside)).errors
}

#[test]
fn a_case_needs_nothing_but_a_prisoner_and_a_moment() {
    let result = answer(&json!({}));
    assert_eq!(result["reason"], "indeterminate");
    assert_eq!(result["handoverDate"], "2025-05-01");

    let on_a_day = case(&json!({})).replace("\"now\"", "\"then\"");
    let output = answered("handover", &on_a_day).output;
    assert!(output.contains("\"handoverDate\":\"2025-05-01\""), "{output}");
    let at_no_time = on_a_day.replace("\"today\"", "\"once\"");
    let errors = answered("handover", &at_no_time).errors;
    assert_eq!(
        errors,
        "line 1: c: it says neither 'now' nor 'today': this question needs one of them\n"
    );
}

#[test]
fn an_approval_that_is_named_counts_even_without_a_day() {
    let started = |category: Value| answer(&json!({ "category": category }))["handoverStartDate"].clone();

    assert_eq!(
        started(json!({ "classificationCode": "T", "assessmentDate": "2024-01-01" })),
        "2024-01-01"
    );
    assert_eq!(
        started(
            json!({ "classificationCode": "T", "assessmentDate": "2024-01-01", "approvalDate": "2024-02-01" })
        ),
        "2024-02-01"
    );
    assert_eq!(
        started(json!({ "classificationCode": "T", "assessmentDate": "2024-01-01", "approvalDate": null })),
        "2025-05-01"
    );
}

#[test]
fn facts_that_are_not_of_their_kind_are_complained_of() {
    for (beside, complained) in [
        (
            json!({ "probation": { "mappaLevel": 4 } }),
            "'4' is not a MAPPA level",
        ),
        (
            json!({ "probation": { "mappaLevel": -1 } }),
            "'-1' is not a MAPPA level",
        ),
        (
            json!({ "movements": [{ "toAgency": "NOWHERE", "movementDate": "2024-01-01" }] }),
            "'NOWHERE' is not a name of an agency",
        ),
        (
            json!({ "prisoner": { "tariffDate": "2024-02-30" } }),
            "given.prisoner.tariffDate: input is out of range\n",
        ),
        (
            json!({ "prisoner": 7 }),
            "given.prisoner: invalid type: integer `7`, expected ",
        ),
        (
            json!({ "prisoner": [] }),
            "given.prisoner: a list, where an object is needed\n",
        ),
        (
            json!({ "sentenceTerms": [{}, { "caseId": "one" }] }),
            "given.sentenceTerms[1].caseId: invalid type: string \"one\", expected i64\n",
        ),
        (
            json!({ "earlyAllocations": [{ "createdAt": "x" }] }),
            "given.earlyAllocations[0].createdAt: ",
        ),
    ] {
        let complaint = complaint(&beside);
        assert!(
            complaint.starts_with(&format!("line 1: c: {complained}")),
            "{complaint}"
        );
    }
}

#[test]
fn a_function_that_there_is_not_is_complained_of() {
    for (rule, question) in [
        (
            "handover-calc",
            json!({ "id": "f", "kind": "calc", "function": "horoscope", "given": {} }),
        ),
        (
            "earliest-release",
            json!({ "id": "f", "kind": "calc", "given": {} }),
        ),
    ] {
        let errors = answered(rule, &question.to_string()).errors;
        assert!(errors.contains("is not a function of this rule"), "{errors}");
    }
}

#[test]
fn text_written_with_escapes_is_read_as_the_same_text() {
    let plain = answer(&json!({ "category": { "classificationCode": "T" } }));
    let escaped = case(&json!({ "category": { "classificationCode": "T" } }))
        .replace("\"T\"", "\"\\u0054\"")
        .replace("\"EWI\"", "\"\\u0045WI\"");
    let output = answered("handover", &escaped).output;

    assert_eq!(serde_json::from_str::<Value>(&output).unwrap()["result"], plain);
    assert_eq!(plain["reason"], "indeterminate_open");
}
