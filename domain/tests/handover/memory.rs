//! A calculation asks for no memory.

use domain::{
    early_allocation::{Assessment, Outcome},
    handover::{Arrival, RulesVersion, SentenceTerm, calculate},
};

use crate::given::{Owned, at, day, determinate, indeterminate, on, review};

fn with_lists(owned: &mut Owned) {
    owned.arrivals = vec![
        Arrival {
            at: "HDI".parse().unwrap(),
            on: day("2023-01-01"),
        };
        3
    ];
    owned.terms = (0..6)
        .map(|case| SentenceTerm {
            case_id: Some(case),
            sentence_start: Some(day("2019-02-05")),
            kind: Some("LIFE"),
            ..SentenceTerm::default()
        })
        .collect();
    owned.reviews = vec![review("2025-06-01", Some("Stay In Closed [*]")); 4];
    owned.assessments = vec![
        Assessment {
            created_at: at("2024-05-01T10:00:00Z").now(),
            created_within_window: true,
            outcome: Outcome::Eligible,
            community_decision: None,
        };
        3
    ];
}

#[test]
fn a_calculation_asks_for_no_memory() {
    for facts in [determinate(), indeterminate()] {
        let mut owned = Owned {
            facts,
            ..Owned::default()
        };
        with_lists(&mut owned);
        let (facts, at) = (owned.facts(), on("2024-05-20"));
        for rules in [RulesVersion::REFERENCE, RulesVersion::CORRECTED] {
            let asked = allocation_counter::measure(|| {
                std::hint::black_box(calculate(std::hint::black_box(&facts), at, rules)).unwrap();
            });
            assert_eq!(asked.count_total, 0);
        }
    }
}

#[test]
fn asking_for_memory_is_noticed() {
    let asked = allocation_counter::measure(|| drop(std::hint::black_box(vec![1_u8])));
    assert_eq!(asked.count_total, 1);
}
