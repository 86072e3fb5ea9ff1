//! Whether a case says nothing that its rule does not read, and says one time: what a slip of the hand would leave.

use domain::{Moment, handover::RulesVersion};

use crate::{
    case::Case,
    reading::Unread,
    rule::{BadCase, PolicyRule, Question, Reply},
};

/// Answers the case on trial.
///
/// # Errors
/// When it cannot be answered, or says what is not read, or two times.
pub(crate) fn check(
    rule: &dyn PolicyRule,
    case: &Case<'_>,
    rules: RulesVersion,
    reply: &mut Reply,
) -> Result<(), BadCase> {
    if let (Some(now), Some(today)) = (case.now, case.today) {
        let day = Moment::new(now).today();
        if day != today {
            return Err(BadCase::TwoDays { day, today });
        }
    }
    let unread = Unread::default();
    let question = Question {
        unread: Some(&unread),
        ..case.question(rules)
    };
    rule.rules(&question)?;
    rule.answer(&question, reply)?;
    let paths = unread.paths();
    if paths.is_empty() {
        Ok(())
    } else {
        Err(BadCase::Unread { paths })
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use domain::handover::RulesVersion;
    use serde_json::{Value, json};

    use crate::{
        AnswerOptions, casework_tests,
        ran::{Ran, answered, run},
        rules::RULES,
    };

    fn strictly(rule: &str, case: &Value) -> Ran {
        let options = AnswerOptions {
            strict: true,
            ..AnswerOptions::under(RulesVersion::REFERENCE)
        };
        run(rule, options, &case.to_string())
    }

    fn prisoner(members: &Value) -> Value {
        json!({ "id": "c", "kind": "handover", "now": "2024-05-20T03:00:00Z", "given": { "prisoner": members } })
    }

    /// Cases, and what of them is not read.
    fn cases_with_unread_members() -> Vec<(&'static str, Value, &'static str)> {
        let case = |kind: &str, given: Value| json!({ "id": "c", "kind": kind, "today": "2024-05-20", "given": given });
        let reviews = json!([{ "reviewId": 1 }, { "hearingOutcome": "x", "outcome": 1 }]);
        let assessment = json!({ "createdAt": "2024-01-01T00:00:00Z", "createdWithinReferralWindow": true,
            "highProfile": true, "hihgProfile": true });
        let read = json!({ "prisoner": { "tariffDate": "2026-05-01" }, "category": null, "movements": null });
        vec![
            ("handover", case("handover", read), ""),
            (
                "handover",
                prisoner(&json!({ "prisonId": "LEI", "conditionalRelaseDate": "2030-01-01" })),
                "given.prisoner.conditionalRelaseDate is",
            ),
            (
                "handover",
                case(
                    "handover",
                    json!({ "prisoner": {}, "category": { "code": "T" }, "paroleReviews": reviews }),
                ),
                "given.category.code, given.paroleReviews[1].outcome are",
            ),
            (
                "early-allocation",
                case(
                    "ea_case",
                    json!({ "prisoner": {}, "paroleReviews": [], "earlyAllocations": [assessment] }),
                ),
                "given.earlyAllocations[0].hihgProfile is",
            ),
            (
                "early-allocation",
                case(
                    "ea_assessment",
                    json!({ "createdWithinReferralWindow": true, "approved": true, "cppcCases": true }),
                ),
                "given.cppcCases is",
            ),
            (
                "omic-policy",
                case(
                    "omic",
                    json!({ "dateOfBirth": "2000-01-01", "releaseDate": "2030-01-01", "prisoner": {} }),
                ),
                "given.prisoner is",
            ),
            (
                "responsibility",
                case(
                    "shown_reason",
                    json!({ "live": "CustodyOnly", "freshReason": "determinate", "stored": 1 }),
                ),
                "given.stored is",
            ),
            (
                "handover-lists",
                case(
                    "lists",
                    json!({ "simplifiedEnhancedHandover": true, "indeterminate": true }),
                ),
                "given.indeterminate is",
            ),
            (
                "allocation-transitions",
                case(
                    "allocation_sequence",
                    json!({ "commands": [{ "command": "removeCoworking", "pom": 1 }] }),
                ),
                "given.commands[0].pom is",
            ),
        ]
    }

    #[test]
    fn a_member_that_is_not_read_is_complained_of_by_its_path_and_only_then() {
        for (rule, case, unread) in cases_with_unread_members() {
            let ran = strictly(rule, &case);
            let complaint = match unread {
                "" => String::new(),
                unread => {
                    format!("line 1: c: {unread} not read by this rule: correct the name or leave it out\n")
                }
            };
            assert_eq!(ran.errors, complaint);
            assert_eq!(ran.outcome.unreadable, u64::from(!unread.is_empty()));
            assert!(
                answered(rule, &case.to_string()).outcome.holds(),
                "{rule}: lenient"
            );
        }
    }

    #[test]
    fn a_moment_on_another_day_than_the_day_said_is_complained_of() {
        let mut case = prisoner(&json!({}));
        case["now"] = json!("2024-06-20T23:30:00Z");
        case["today"] = json!("2024-06-20");
        assert_eq!(
            strictly("handover", &case).errors,
            "line 1: c: 'now' is on 2024-06-21 in London, and 'today' is 2024-06-20: correct one, or leave it out\n"
        );
        assert!(answered("handover", &case.to_string()).outcome.holds());
        case["today"] = json!("2024-06-21");
        assert_eq!(strictly("handover", &case).errors, "");
    }

    #[test]
    fn what_is_answered_strictly_is_answered_the_same() {
        let case = prisoner(&json!({ "dateOfBirth": "1990-12-06", "prisonId": "LEI" }));
        assert_eq!(
            strictly("handover", &case).output,
            answered("handover", &case.to_string()).output
        );
    }

    /// The places of all objects in a value, as JSON pointers.
    fn objects(value: &Value, at: &str) -> Vec<String> {
        let inside = |key: &str, value| objects(value, &format!("{at}/{key}"));
        match value {
            Value::Object(members) => {
                let inside = members.iter().flat_map(|(key, value)| inside(key, value));
                std::iter::once(at.to_owned()).chain(inside).collect()
            }
            Value::Array(items) => (0..)
                .zip(items)
                .flat_map(|(n, item): (usize, _)| inside(&n.to_string(), item))
                .collect(),
            _ => Vec::new(),
        }
    }

    /// Whether the object at this place, or one around it, is complained of itself.
    fn is_passed_over(at: &str, complaint: &str) -> bool {
        let mut path = String::from("given");
        at.split('/').skip(2).any(|key| {
            path += &key
                .parse::<usize>()
                .map_or_else(|_| format!(".{key}"), |n| format!("[{n}]"));
            [',', ' ']
                .iter()
                .any(|end| complaint.contains(&format!("{path}{end}")))
        })
    }

    #[test]
    fn a_slip_in_any_object_of_any_kind_of_case_is_complained_of() {
        let mut met = BTreeSet::new();
        for line in casework_tests::every_case().lines() {
            let case: Value = serde_json::from_str(line).unwrap();
            let kind = case["kind"].as_str().unwrap();
            for at in objects(&case["given"], "/given") {
                let shape = at.replace(|c: char| c.is_ascii_digit(), "");
                if !met.insert((kind.to_owned(), shape)) {
                    continue;
                }
                let mut slipped = case.clone();
                slipped.pointer_mut(&at).unwrap()["slip"] = json!(1);
                let rule = RULES.iter().find(|rule| rule.kinds().contains(&kind)).unwrap();
                let complaint = strictly(rule.name(), &slipped).errors;
                assert!(
                    complaint.contains("slip") || is_passed_over(&at, &complaint),
                    "{at} of {kind}: {complaint}"
                );
            }
        }
        assert!(met.len() > 40, "{}", met.len());
    }
}
