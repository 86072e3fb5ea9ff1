//! Rebuilding all read models from a seeded history, against cqrs-es replaying the same events into one view in memory,
//! and against what Postgres can read.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use chrono::NaiveDate;
use cqrs_es::{Aggregate, EventEnvelope, Query, persist::QueryReplay};
use domain::{allocation::Allocation, case::Case, pom::Pom, prisoner::Prisoner};
use event_store::{ConnectOptions, MasterKey, PostgresLog};
use futures::StreamExt;
use postgres_es::PostgresEventRepository;
use projections::{Model, RebuildOptions};
use server::seed::{SeedPlan, seed};
use sqlx::{Executor, PgPool, postgres::PgPoolOptions};

use crate::{cluster::durable, number, table::Figures};

/// The history in the tables of the peer.
const AS_STOCK: &str = "
    create table events (
        aggregate_type text not null, aggregate_id text not null, sequence bigint not null,
        event_type text not null, event_version text not null, payload json not null, metadata json not null,
        primary key (aggregate_type, aggregate_id, sequence));
    insert into events select aggregate_type, aggregate_id, sequence, event_type, event_version, payload, metadata
        from es.cqrs_events;
    analyze events";

const EVERYTHING: &str =
    "copy (select position, stream_id, version, event_id, event_type, schema_version, payload,
    metadata, recorded_at, hash from es.event order by position) to stdout";

pub(crate) async fn measure(figures: &mut Figures) {
    let (mut cluster, _folder) = durable().await;
    cluster.create_database("history").await.unwrap();
    let url = cluster.url("history");
    event_store::migrate(&url).await.unwrap();
    let pool = event_store::connect(&url, ConnectOptions::default())
        .await
        .unwrap();
    let log = Arc::new(
        PostgresLog::open(pool, Some(MasterKey::new([7; 32])))
            .await
            .unwrap(),
    );
    tell_history(&log).await;
    let owner = PgPoolOptions::new()
        .max_connections(4)
        .connect(&url)
        .await
        .unwrap();
    owner.execute(AS_STOCK).await.unwrap();
    owner.execute("vacuum analyze").await.unwrap();

    // In the order A B C C B A, so that a machine that slows down slows everybody.
    let mut took = [Duration::ZERO; 3];
    for turn in [0, 1, 2, 2, 1, 0] {
        let started = Instant::now();
        match turn {
            0 => rebuild(&log).await,
            1 => replay(&owner).await,
            _ => copy(&owner).await,
        }
        took[turn] += started.elapsed();
    }
    let [ours, peer, copy] = took.map(|took| took.as_secs_f64() / 2.0);
    eprintln!("rebuild {ours:.1} s, cqrs-es replay {peer:.1} s, COPY {copy:.1} s");
    figures.note(
        "rebuild of all read models, against cqrs-es replaying into one in-memory view",
        peer / ours,
        5.0,
    );
    figures.note("the same against COPY … TO STDOUT", copy / ours, 0.3);
    cluster.stop().await.unwrap();
}

async fn tell_history(log: &Arc<PostgresLog>) {
    let plan = SeedPlan {
        prisons: 124,
        prisoners: usize::try_from(number("FIGURES_PRISONERS", 20_000)).unwrap(),
        years: 3,
        seed: 1,
        until: NaiveDate::from_ymd_opt(2026, 11, 1).unwrap(),
    };
    let started = Instant::now();
    let made = seed(log.clone(), &plan, |_| {}).await.unwrap();
    let seconds = started.elapsed().as_secs_f64();
    eprintln!(
        "{} commands in {seconds:.0} s: {:.0}/s",
        made.commands,
        made.commands as f64 / seconds
    );
}

async fn rebuild(log: &PostgresLog) {
    let options = RebuildOptions {
        models: &Model::ALL,
        keep_previous: false,
        workers: 2,
        progress: &|_| {},
    };
    projections::rebuild(log, options).await.unwrap();
}

/// Every aggregate's events into a view that only counts.
async fn replay(pool: &PgPool) {
    let seen = Arc::new(AtomicUsize::new(0));
    replay_of::<Allocation>(pool, &seen).await;
    replay_of::<Prisoner>(pool, &seen).await;
    replay_of::<Case>(pool, &seen).await;
    replay_of::<Pom>(pool, &seen).await;
    let all: i64 = sqlx::query_scalar("select count(*) from events")
        .fetch_one(pool)
        .await
        .unwrap();
    assert_eq!(i64::try_from(seen.load(Ordering::Relaxed)).unwrap(), all);
}

async fn replay_of<A: Aggregate>(pool: &PgPool, seen: &Arc<AtomicUsize>) {
    let repository = PostgresEventRepository::new(pool.clone());
    let replay = QueryReplay::<_, _, A>::new(repository, Counting(seen.clone()));
    replay.replay_all().await.expect("the replay failed");
}

struct Counting(Arc<AtomicUsize>);

#[async_trait::async_trait]
impl<A: Aggregate> Query<A> for Counting {
    async fn dispatch(&self, _: &str, events: &[EventEnvelope<A>]) {
        self.0.fetch_add(events.len(), Ordering::Relaxed);
    }
}

async fn copy(pool: &PgPool) {
    let mut connection = pool.acquire().await.unwrap();
    let mut rows = connection.copy_out_raw(EVERYTHING).await.unwrap();
    while let Some(chunk) = rows.next().await {
        chunk.unwrap();
    }
}
