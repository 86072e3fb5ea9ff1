//! Every version and every deviation answers or reports every case of any rule, and nothing panics.

use domain::handover::RulesVersion;
use proptest::{prelude::*, sample::Index};
use serde_json::{Value, json};

use crate::{casework_tests::CASES, comparing::Comparison, rules::RULES};

/// Values that mean something to one fact or another, put where something else stood.
fn odd() -> [Value; 12] {
    [
        Value::Null,
        json!(""),
        json!("2024-02-29"),
        json!("-262143-01-01"),
        json!("+262142-12-31"),
        json!("-262143-01-01T00:00:00Z"),
        json!("+262142-12-31T23:59:59Z"),
        json!(-1),
        json!(i64::MAX),
        json!(true),
        json!([]),
        json!({}),
    ]
}

/// Every value of the case that holds no others.
fn leaves<'v>(value: &'v mut Value, found: &mut Vec<&'v mut Value>) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| leaves(item, found)),
        Value::Object(members) => members.values_mut().for_each(|member| leaves(member, found)),
        leaf => found.push(leaf),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn a_twisted_case_of_any_rule_is_compared_or_complained_of(
        file in any::<Index>(),
        line in any::<Index>(),
        places in proptest::collection::vec((any::<Index>(), any::<Index>()), 1..4),
    ) {
        let lines: Vec<_> = CASES[file.index(CASES.len())].lines().collect();
        let mut case: Value = serde_json::from_str(lines[line.index(lines.len())]).unwrap();
        for (place, value) in places {
            let mut found = Vec::new();
            leaves(&mut case, &mut found);
            let leaf = place.index(found.len());
            *found[leaf] = odd()[value.index(odd().len())].clone();
        }
        let (old, new) = (RulesVersion::REFERENCE_BEFORE_SIMPLIFIED, RulesVersion::CORRECTED);
        let outcome = Comparison::new(RULES, old, new, std::io::sink(), std::io::sink())
            .all(case.to_string().as_bytes())
            .unwrap();
        let met = [outcome.same, outcome.changed, outcome.unreadable].iter().sum::<u64>();
        prop_assert_eq!(met, 1, "{}", case);
    }
}
