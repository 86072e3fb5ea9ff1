//! Cases of our own for early allocation, parole, lists and recalculation, and what departs from the present service.

use domain::handover::{Departure, RulesVersion};
use serde_json::{Value, json};

use crate::{
    AnswerOptions, diff,
    ran::{answered, compared, run},
};

#[test]
fn every_case_of_our_own_is_answered_as_expected() {
    for (rule, cases) in [
        (
            "early-allocation",
            include_str!("../cases/early-allocation.jsonl"),
        ),
        ("parole", include_str!("../cases/parole.jsonl")),
        ("handover-lists", include_str!("../cases/handover-lists.jsonl")),
        (
            "handover-recalculation",
            include_str!("../cases/handover-recalculation.jsonl"),
        ),
        ("handover", include_str!("../cases/handover-recalculation.jsonl")),
        ("handover", include_str!("../cases/handover.jsonl")),
        ("handover-calc", include_str!("../cases/handover-calc.jsonl")),
        (
            "earliest-release",
            include_str!("../cases/earliest-release.jsonl"),
        ),
        ("omic-policy", include_str!("../cases/omic-policy.jsonl")),
        ("responsibility", include_str!("../cases/responsibility.jsonl")),
    ] {
        let ran = compared(rule, cases);
        assert!(ran.outcome.holds(), "{rule}: {}{}", ran.output, ran.errors);
        assert_eq!(
            usize::try_from(ran.outcome.passed).unwrap(),
            cases.lines().count(),
            "{rule}"
        );
    }
}

/// The answer to what is given at three in the morning of 20 May 2024.
fn answer(rule: &str, rules: RulesVersion, kind: &str, given: &Value) -> Value {
    let case = json!({ "id": "c", "kind": kind, "now": "2024-05-20T03:00:00Z", "given": given });
    let ran = run(rule, AnswerOptions::under(rules), &case.to_string());
    assert!(ran.outcome.holds(), "{}", ran.errors);
    serde_json::from_str::<Value>(&ran.output).unwrap()["result"].take()
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
    for (rule, kind, missing) in [
        ("early-allocation", "ea_case", "prisoner"),
        ("parole", "parole_review", "prisoner"),
        ("handover-lists", "ldu_emails", "prisonActive"),
        ("handover-recalculation", "recalc", "after"),
    ] {
        let case = json!({ "id": "c", "kind": kind, "now": "2024-05-20T03:00:00Z", "given": {} });
        let errors = answered(rule, &case.to_string()).errors;
        assert_eq!(errors, format!("line 1: c: given: missing field `{missing}`\n"));
    }
}

#[test]
fn a_list_that_is_null_is_empty() {
    for (rule, kind, given) in [
        (
            "handover",
            "handover",
            json!({ "prisoner": {}, "movements": null, "earlyAllocations": null }),
        ),
        ("handover", "additional_isp", json!({ "sentenceTerms": null })),
        (
            "early-allocation",
            "ea_case",
            json!({ "prisoner": {}, "paroleReviews": null, "earlyAllocations": null }),
        ),
        (
            "parole",
            "parole_review",
            json!({ "prisoner": {}, "paroleReviews": null }),
        ),
        (
            "parole",
            "parole_import",
            json!({ "knownOffenders": null, "existing": null, "rows": null }),
        ),
        (
            "allocation-transitions",
            "allocation_sequence",
            json!({ "commands": null }),
        ),
    ] {
        let empty = given.to_string().replace("null", "[]");
        let empty: Value = serde_json::from_str(&empty).unwrap();
        assert_eq!(
            answer(rule, RulesVersion::REFERENCE, kind, &given),
            answer(rule, RulesVersion::REFERENCE, kind, &empty),
            "{kind}"
        );
    }
}

/// Every case of our own whose rules have versions.
pub(crate) const CASES: [&str; 9] = [
    include_str!("../cases/early-allocation.jsonl"),
    include_str!("../cases/earliest-release.jsonl"),
    include_str!("../cases/handover-calc.jsonl"),
    include_str!("../cases/handover-lists.jsonl"),
    include_str!("../cases/handover-recalculation.jsonl"),
    include_str!("../cases/handover.jsonl"),
    include_str!("../cases/omic-policy.jsonl"),
    include_str!("../cases/parole.jsonl"),
    include_str!("../cases/responsibility.jsonl"),
];

/// Every case of our own.
pub(crate) fn every_case() -> String {
    let beside = [
        include_str!("../cases/allocation-transitions.jsonl"),
        include_str!("../cases/recommendation.jsonl"),
    ];
    CASES.concat() + &beside.concat()
}

#[test]
fn every_departure_by_itself_changes_the_answer_to_a_case_of_our_own() {
    let cases = CASES.concat();
    let old = RulesVersion::REFERENCE_BEFORE_SIMPLIFIED;
    let without_effect: Vec<_> = Departure::ALL
        .iter()
        .filter(|&&departure| {
            let outcome = diff(old, old.with(departure), cases.as_bytes(), std::io::sink()).unwrap();
            assert_eq!(outcome.unreadable, 0, "{departure}");
            outcome.changed == 0
        })
        .collect();
    assert_eq!(without_effect, Vec::<&Departure>::new());
}

#[test]
fn reasons_of_an_indeterminate_sentence_tell_of_one_where_the_case_does_not() {
    let released = |reason: &str, flag: Value| {
        let given = json!({
            "handover": {
                "responsibility": "Community", "reason": reason,
                "handoverDate": "2024-04-20", "handoverStartDate": "2024-04-20",
            },
            "earliestReleaseDate": "2020-01-01",
            "indeterminateSentence": flag,
        });
        answer("handover-lists", RulesVersion::CORRECTED, "lists", &given)["excludedAsReleased"] == true
    };
    for telling in [
        "additional_isp",
        "recall_thd_over_12_months",
        "parole_mappa_2_3",
        "thd_over_12_months",
        "indeterminate",
        "indeterminate_open",
    ] {
        assert!(!released(telling, Value::Null), "{telling}");
        assert!(released(telling, json!(false)), "{telling}");
    }
    assert!(released("early_allocation", Value::Null));
    assert!(!released("early_allocation", json!(true)));
}

#[test]
fn a_case_with_more_terms_than_anybody_serves_is_refused() {
    for kind in ["handover", "additional_isp"] {
        let told = |count: usize| {
            let terms = vec![json!({ "lifeSentence": true }); count];
            let given = json!({ "prisoner": {}, "sentenceTerms": terms });
            let case = json!({ "id": "c", "kind": kind, "now": "2024-05-20T03:00:00Z", "given": given });
            answered("handover", &case.to_string())
        };
        let most = told(1_000);
        assert_eq!(most.outcome.passed, 1, "{}", most.errors);
        let too_many = told(1_001);
        assert_eq!(too_many.outcome.passed, 0);
        assert_eq!(
            too_many.errors,
            "line 1: c: there are 1001 sentence terms, and at most 1000 are read: give a case its own\n"
        );
    }
}

#[test]
fn departing_a_reminder_of_another_handover_is_no_reminder_of_this_one() {
    let emails = |rules, sent_about: &str| {
        let given = json!({
            "forDate": "2024-05-20",
            "handover": {
                "responsibility": "CustodyOnly", "reason": "determinate",
                "handoverDate": "2024-07-15", "handoverStartDate": "2024-07-15",
            },
            "hasCom": false, "releaseDateKnown": true, "optOuts": [],
            "alreadySent": ["upcoming_handover_window"], "sentAbout": sent_about,
        });
        answer("handover-lists", rules, "reminder_email", &given)["emails"].take()
    };
    assert_eq!(emails(RulesVersion::REFERENCE, "2024-03-01"), json!([]));
    assert_eq!(
        emails(RulesVersion::CORRECTED, "2024-03-01"),
        json!(["upcoming_handover_window"])
    );
    assert_eq!(emails(RulesVersion::CORRECTED, "2024-07-15"), json!([]));
}

#[test]
fn departing_a_saved_assessment_keeps_the_outcome_stored_with_it() {
    let state = |outcome: Value| {
        let given = json!({
            "prisoner": { "sentenceStartDate": "2019-02-05", "conditionalReleaseDate": "2025-05-01" },
            "paroleReviews": [],
            "earlyAllocations": [{
                "createdAt": "2024-05-01T10:00:00Z", "createdWithinReferralWindow": true,
                "extremismSeparation": true, "highRiskOfSeriousHarm": true, "outcome": outcome,
            }],
            "probation": {},
        });
        answer("early-allocation", RulesVersion::CORRECTED, "ea_case", &given)["state"].take()
    };
    assert_eq!(state(Value::Null), "assessment_saved");
    assert_eq!(state(json!("discretionary")), "decision_pending");
}

/// The tasks of an enhanced handover in October 2026, by a case that says whether those had been made simpler.
fn tasks(rules: RulesVersion, simplified: &Value) -> usize {
    let given = json!({
        "handover": {
            "responsibility": "CustodyOnly", "reason": "determinate",
            "handoverDate": "2026-11-01", "handoverStartDate": "2026-11-01",
        },
        "probation": { "comName": null, "comEmail": null, "enhancedResourcing": true },
        "simplifiedEnhancedHandover": simplified,
    });
    let answer = answer("handover-lists", rules, "lists", &given);
    answer["checklistTasks"].as_array().unwrap().len()
}

#[test]
fn a_case_says_which_present_service_it_means_and_nothing_of_other_rules() {
    let either = [json!(false), json!(true), Value::Null];
    let told = |rules| either.each_ref().map(|simplified| tasks(rules, simplified));

    assert_eq!(told(RulesVersion::REFERENCE_BEFORE_SIMPLIFIED), [3, 3, 3]);
    assert_eq!(told(RulesVersion::REFERENCE), [3, 2, 2]);
    assert_eq!(told(RulesVersion::CORRECTED), [2, 2, 2]);
}

#[test]
fn an_answer_names_the_rules_under_which_it_was_given() {
    let lists = include_str!("../cases/handover-lists.jsonl");
    let before = lists
        .lines()
        .find(|case| case.contains("\"simplifiedEnhancedHandover\":false"));
    let named = |rules: &str| {
        let options = AnswerOptions {
            name_rules: true,
            ..AnswerOptions::under(rules.parse().unwrap())
        };
        let output = run("handover-lists", options, before.unwrap()).output;
        serde_json::from_str::<Value>(&output).unwrap()["rules"].take()
    };
    assert_eq!(named("reference"), "reference-before-simplified");
    assert_eq!(named("corrected"), "corrected");
    assert_eq!(
        named("reference+london-dates"),
        "reference-before-simplified+london-dates"
    );
}

#[test]
fn what_the_present_service_made_simpler_itself_shows_in_a_comparison() {
    let lists = include_str!("../cases/handover-lists.jsonl");
    let compared = |old, new| {
        let mut output = Vec::new();
        diff(old, new, lists.as_bytes(), &mut output).unwrap();
        String::from_utf8(output).unwrap()
    };
    let (before, reference) = (RulesVersion::REFERENCE_BEFORE_SIMPLIFIED, RulesVersion::REFERENCE);

    assert!(compared(before, reference).starts_with("simplified-enhanced-handover, since 2026-09-01: "));
    assert!(compared(reference, RulesVersion::CORRECTED).contains("simplified-enhanced-handover, since"));
}
