//! How many handovers are calculated a second on one core, from facts in memory to an explained result.
//!
//! Run with `cargo bench -p domain --bench handover`. The floor is one million a second and no memory asked for.

use std::{hint::black_box, time::Instant};

use chrono::NaiveDate;
use domain::{
    Moment,
    early_allocation::{Assessment, Outcome},
    handover::{Arrival, Category, HandoverFacts, RulesVersion, SentenceTerm, calculate},
    parole::{HearingOutcome, ParoleReview},
    prisoner::SentenceDates,
};

/// Rounds of which the fastest counts: others are slowed by whatever else the machine does.
const ROUNDS: u32 = 500;

/// Calculations a round.
const CALCULATIONS: u32 = 2_000;

fn day(text: &str) -> Option<NaiveDate> {
    text.parse().ok()
}

fn person() -> HandoverFacts<'static> {
    HandoverFacts {
        date_of_birth: day("1990-12-06"),
        prison: "HDI".parse().ok(),
        category: Some(Category::new("D", day("2023-01-01"))),
        dates: SentenceDates {
            sentence_start: day("2019-02-05"),
            release: day("2026-05-01"),
            conditional_release: day("2026-05-01"),
            automatic_release: day("2026-06-01"),
            home_detention_curfew_eligibility: day("2025-12-01"),
            sentence_expiry: day("2028-05-01"),
            licence_expiry: day("2028-05-01"),
            ..SentenceDates::default()
        },
        ..HandoverFacts::default()
    }
}

fn main() {
    let arrivals: Vec<_> = ["2019-02-05", "2021-06-01", "2023-04-05"]
        .iter()
        .filter_map(|on| {
            Some(Arrival {
                at: "HDI".parse().ok()?,
                on: day(on)?,
            })
        })
        .collect();
    let terms = [1, 2, 3].map(|case| SentenceTerm {
        case_id: Some(case),
        sentence_start: day("2019-02-05"),
        kind: Some("LIFE"),
        ..SentenceTerm::default()
    });
    let reviews = ["2021-06-01", "2023-06-01", "2025-06-01"].map(|hearing| ParoleReview {
        target_hearing_date: day(hearing),
        outcome: Some(HearingOutcome("Stay In Closed [*]")),
        ..ParoleReview::default()
    });
    let assessments: Vec<_> = day("2024-01-01")
        .map(|created| Assessment {
            created_at: created.and_time(chrono::NaiveTime::MIN).and_utc(),
            created_within_window: true,
            outcome: Outcome::Ineligible,
            community_decision: None,
        })
        .into_iter()
        .collect();
    let Some(now) = day("2024-05-20").map(|day| day.and_time(chrono::NaiveTime::MIN).and_utc()) else {
        return;
    };
    let determinate = HandoverFacts {
        arrivals: &arrivals,
        parole_reviews: &[],
        assessments: &assessments,
        ..person()
    };
    let mut indeterminate = HandoverFacts {
        indeterminate: true,
        sentence_terms: &terms,
        parole_reviews: &reviews,
        ..determinate
    };
    indeterminate.dates.tariff = day("2027-05-01");

    for (name, facts) in [("determinate", determinate), ("indeterminate", indeterminate)] {
        let (mut fastest, mut asked) = (f64::MAX, 0);
        for _ in 0..ROUNDS {
            let begun = Instant::now();
            let memory = allocation_counter::measure(|| {
                for _ in 0..CALCULATIONS {
                    let at = Moment::new(black_box(now));
                    let _ = black_box(calculate(
                        black_box(&facts),
                        at,
                        black_box(RulesVersion::REFERENCE),
                    ));
                }
            });
            fastest = fastest.min(begun.elapsed().as_secs_f64());
            asked = asked.max(memory.count_total);
        }
        println!(
            "{name}: {:.2} million a second, memory asked for {asked} times",
            f64::from(CALCULATIONS) / fastest / 1e6,
        );
    }
}
