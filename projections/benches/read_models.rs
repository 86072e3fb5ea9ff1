//! How fast the read models are folded: live from the log, and in a rebuild, beside a plain copy of the same events.
//!
//! `cargo bench -p projections` takes minutes; `-- --prisoners N` chooses another size, and run as a test it is tiny.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::print_stdout,
    clippy::cast_precision_loss,
    reason = "a program to be read by people, which fails by panicking"
)]

#[expect(dead_code, reason = "the tests use the rest")]
#[path = "../tests/read_side/support/mod.rs"]
mod support;

use std::time::{Duration, Instant};

use event_store::{AppendRequest, Expected, Log, StreamWrite};
use futures::{StreamExt, TryStreamExt, stream};
use projections::{Model, RebuildOptions, rebuild};
use sqlx::postgres::PgPoolCopyExt;

use support::{
    World,
    events::{Happening, allocated, facts, informed, joined, noon, observed, reallocated},
    noms, request,
};

/// Prisoners whose events one command records: the log is filled as fast as it can be.
const AT_ONCE: usize = 50;

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let number = arguments
        .windows(2)
        .find(|pair| pair[0] == "--prisoners")
        .map(|pair| pair[1].parse().unwrap());
    let usual = if arguments.iter().any(|argument| argument == "--bench") {
        20_000
    } else {
        50
    };
    let world = World::new().await;
    fill(&world, number.unwrap_or(usual)).await;
    let events = world.log.head().await.unwrap().get();

    let copy = timed("copy, ordered, to nowhere", events, plain_copy(&world)).await;
    let live = timed("fold live, from the beginning", events, fold_live(&world)).await;
    let rebuilt = timed("rebuild, all models", events, rebuild_all(&world)).await;
    println!(
        "rebuild at {:.2} of the copy's rate, {:.1} times the live fold's",
        copy / rebuilt,
        live / rebuilt
    );
    println!("most memory: {} MB", peak_memory());
}

async fn timed(what: &str, events: i64, work: impl Future<Output = ()>) -> f64 {
    let begun = Instant::now();
    work.await;
    let seconds = begun.elapsed().as_secs_f64();
    println!(
        "{what}: {events} events in {seconds:.2} s, {:.0} a second",
        events as f64 / seconds
    );
    seconds
}

async fn fill(world: &World, prisoners: usize) {
    stream::iter((0..prisoners).step_by(AT_ONCE))
        .for_each_concurrent(8, |first| async move {
            let lives: Vec<Happening> = (first..(first + AT_ONCE).min(prisoners)).flat_map(life).collect();
            let requests = lives.into_iter().map(request).collect::<Vec<_>>();
            world.log.append(merged(requests)).await.unwrap();
        })
        .await;
}

/// Fifteen events: observed six times, informed five times, four changes of allocation.
fn life(number: usize) -> Vec<Happening> {
    let noms = noms(number);
    let code = ["LEI", "MDI", "BZI", "WDI"][number % 4];
    let mut all = Vec::new();
    for n in 0..6 {
        let mut facts = facts(
            code,
            &format!("Forename{number}"),
            &format!("Surname{}", number % 9000),
        );
        facts.location = Some(format!("A-{n}-{number}").into());
        all.push(observed(noms, facts));
    }
    let tiers = domain::Tier::ALL.iter().take(5);
    all.extend(tiers.map(|tier| informed(noms, Some(*tier), Some(domain::RoshLevel::High))));
    all.push(allocated(noms, code, 101, noon("2026-01-03")));
    all.push(reallocated(noms, code, 102, 101, noon("2026-02-03")));
    all.push(joined(noms, 103, noon("2026-02-04")));
    all.push(reallocated(noms, code, 101, 102, noon("2026-03-03")));
    all
}

/// One command for all, with the events of each stream in one write.
fn merged(requests: Vec<AppendRequest>) -> AppendRequest {
    let mut all = requests.first().unwrap().clone();
    all.writes.clear();
    for write in requests.into_iter().flat_map(|request| request.writes) {
        match all
            .writes
            .iter_mut()
            .find(|known: &&mut StreamWrite| known.stream == write.stream)
        {
            Some(known) => known.events.extend(write.events),
            None => all.writes.push(StreamWrite {
                expected: Expected::Any,
                ..write
            }),
        }
    }
    all
}

async fn plain_copy(world: &World) {
    let sql = "copy (select position, stream_id, version, event_type, payload, metadata
               from es.event order by position) to stdout";
    let mut copy = world.pool.copy_out_raw(sql).await.unwrap();
    while copy.try_next().await.unwrap().is_some() {}
}

async fn fold_live(world: &World) {
    let runner = world.project();
    let head = world.log.head().await.unwrap();
    world.models.reached(head, Duration::from_hours(1)).await.unwrap();
    runner.stop().await;
}

async fn rebuild_all(world: &World) {
    let options = RebuildOptions {
        models: &Model::ALL,
        keep_previous: false,
        workers: 2,
        progress: &|_| (),
    };
    let report = rebuild(&world.log, options).await.unwrap();
    println!(
        "  of which reading and folding: {:.2} s",
        report.folding.as_secs_f64()
    );
}

/// The most that this process has ever had resident, in megabytes.
fn peak_memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes = line
        .and_then(|line| line.split_whitespace().next())
        .and_then(|number| number.parse::<u64>().ok());
    kilobytes.unwrap_or_default() / 1024
}
