//! How fast `allocations policy handover` answers lines, beside `serde_json` reading the same lines and nothing else.
//!
//! Run with `cargo bench -p conformance --bench policy_lines`. The floor is 0.6 of reading them into `serde_json::Value`.

use std::{hint::black_box, io, time::Instant};

use conformance::AnswerOptions;
use domain::handover::RulesVersion;
use serde::de::IgnoredAny;
use serde_json::Value;

const CASES: &str = include_str!("../cases/handover.jsonl");

/// Rounds of which the fastest counts: others are slowed by whatever else the machine does.
const ROUNDS: u32 = 60;

/// How often the cases are repeated a round.
const REPEATED: usize = 10;

fn main() {
    let lines: Vec<_> = CASES
        .lines()
        .filter(|line| line.contains("\"kind\":\"handover\""))
        .collect();
    let count = lines.len().saturating_mul(REPEATED);
    let input = format!("{}\n", lines.join("\n")).repeat(REPEATED);

    let values = fastest(|| {
        input
            .lines()
            .all(|line| black_box(serde_json::from_str::<Value>(line)).is_ok())
    });
    let skipped = fastest(|| {
        input
            .lines()
            .all(|line| black_box(serde_json::from_str::<IgnoredAny>(line)).is_ok())
    });
    let answered = fastest(|| {
        let outcome = conformance::run(
            "handover",
            AnswerOptions::under(RulesVersion::REFERENCE),
            input.as_bytes(),
            io::sink(),
        );
        outcome.is_ok_and(|outcome| outcome.holds())
    });

    let tell = |what: &str, seconds: f64| {
        println!(
            "{what}: {:.0} thousand lines a second",
            count_of(count) / seconds / 1e3
        );
    };
    tell("read as values", values);
    tell("read and skipped", skipped);
    tell("answered", answered);
    println!(
        "answered at {:.2} of the speed of reading values",
        values / answered
    );
    println!("answered at {:.2} of the speed of skipping", skipped / answered);
}

/// The fewest seconds that it takes.
fn fastest(mut work: impl FnMut() -> bool) -> f64 {
    (0..ROUNDS)
        .map(|_| {
            let begun = Instant::now();
            let done = work();
            if done {
                begun.elapsed().as_secs_f64()
            } else {
                f64::NAN
            }
        })
        .fold(f64::MAX, f64::min)
}

fn count_of(lines: usize) -> f64 {
    u32::try_from(lines).map_or(f64::NAN, f64::from)
}
