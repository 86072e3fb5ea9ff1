//! How fast the log takes commands, beside single-row inserts on the same server.
//!
//! `cargo run --release -p event-store --example throughput -- postgres://owner@host/empty_database`
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::arithmetic_side_effects,
    reason = "a measurement fails by panicking"
)]

use std::{
    env,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use event_store::{
    Actor, ActorKind, AppendRequest, ConnectOptions, Expected, Log, Metadata, NewEvent, PostgresLog,
    StreamId, StreamWrite, audit, connect, migrate,
};
use serde_json::json;
use sqlx::{Executor, PgPool, postgres::PgPoolOptions};
use tokio::task::JoinSet;
use uuid::Uuid;

/// The allocator of the service.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const LASTING: Duration = Duration::from_secs(5);

#[tokio::main]
async fn main() {
    let url = env::args()
        .nth(1)
        .unwrap_or_else(|| panic!("name a database: postgres://owner@host/empty_database"));
    migrate(&url).await.unwrap();
    let owner = PgPoolOptions::new()
        .max_connections(16)
        .connect(&url)
        .await
        .unwrap();
    let app = connect(&url, ConnectOptions::default()).await.unwrap();

    let single = single_rows(&owner).await;
    println!("16 clients, one row per commit: {single:.0} rows/s");
    for clients in [1, 16, 64, 256] {
        let log = PostgresLog::open(app.clone(), None).await.unwrap();
        let (rate, slowest) = commands(log, clients).await;
        println!(
            "{clients} clients: {rate:.0} commands/s, 99 of 100 within {slowest:?}, {:.1} x",
            rate / single
        );
    }
    let started = Instant::now();
    let head = audit::verify(&app, None, |_| ()).await.unwrap().head;
    println!("verified {head} events in {:?}", started.elapsed());
}

async fn single_rows(pool: &PgPool) -> f64 {
    pool.execute(
        "drop table if exists public.single;
         create table public.single (position bigserial primary key, stream_id text, version bigint, event_id uuid unique,
             event_type text, payload jsonb, metadata jsonb, recorded_at timestamptz default now())",
    )
    .await
    .unwrap();
    let count = Arc::new(AtomicU64::new(0));
    let started = Instant::now();
    let mut clients = JoinSet::new();
    for client in 0..16 {
        let (pool, count) = (pool.clone(), count.clone());
        clients.spawn(async move {
            let mut connection = pool.acquire().await.unwrap();
            while started.elapsed() < LASTING {
                sqlx::query("insert into public.single (stream_id, version, event_id, event_type, payload, metadata) values ($1, 1, $2, 'NoteAdded', $3, $4)")
                    .bind(format!("case-{client}"))
                    .bind(Uuid::now_v7())
                    .bind(payload(client))
                    .bind(serde_json::to_value(metadata(Uuid::now_v7())).unwrap())
                    .execute(&mut *connection)
                    .await
                    .unwrap();
                count.fetch_add(1, Ordering::Relaxed);
            }
        });
    }
    clients.join_all().await;
    rate(count.load(Ordering::Relaxed), started)
}

async fn commands(log: PostgresLog, clients: usize) -> (f64, Duration) {
    let started = Instant::now();
    let mut running = JoinSet::new();
    for client in 0..clients {
        let log = log.clone();
        running.spawn(async move {
            let stream = StreamId::new("case", format_args!("{clients}x{client}"));
            let mut taken = Vec::new();
            let mut version = log
                .read_streams(std::slice::from_ref(&stream))
                .await
                .unwrap()
                .len() as u64;
            while started.elapsed() < LASTING {
                let asked = Instant::now();
                let events = 1 + taken.len() % 2;
                version = log
                    .append(request(&stream, version, events))
                    .await
                    .unwrap()
                    .versions[&stream];
                taken.push(asked.elapsed());
            }
            taken
        });
    }
    let mut taken: Vec<Duration> = running.join_all().await.into_iter().flatten().collect();
    let rate = rate(taken.len() as u64, started);
    taken.sort_unstable();
    (
        rate,
        taken.get(taken.len() * 99 / 100).copied().unwrap_or_default(),
    )
}

#[expect(
    clippy::cast_precision_loss,
    reason = "a rate is not counted to the last digit"
)]
fn rate(count: u64, started: Instant) -> f64 {
    count as f64 / started.elapsed().as_secs_f64()
}

fn request(stream: &StreamId, version: u64, events: usize) -> AppendRequest {
    let command_id = Uuid::now_v7();
    let event = |n| NewEvent {
        event_id: Uuid::now_v7(),
        event_type: "NoteAdded".to_owned(),
        schema_version: 1,
        payload: payload(n),
    };
    AppendRequest {
        command_id,
        request_hash: [7; 32],
        metadata: metadata(command_id),
        writes: vec![StreamWrite {
            stream: stream.clone(),
            subject: stream.key().to_owned(),
            expected: Expected::Version(version),
            events: (0..events).map(event).collect(),
        }],
        announcements: Vec::new(),
    }
}

fn payload(n: usize) -> serde_json::Value {
    json!({"prison": "LEI", "pom": {"staffId": 485_926, "name": "Example Person"}, "reason": "usual reason", "n": n})
}

fn metadata(command_id: Uuid) -> Metadata {
    Metadata {
        command_id,
        operation: "allocatePrimaryPom".to_owned(),
        correlation_id: command_id,
        causation_id: None,
        actor: Actor {
            kind: ActorKind::User,
            id: "MOIC_POM".to_owned(),
            display_name: Some("Example Person".to_owned()),
            client_id: None,
        },
        occurred_at: chrono::DateTime::UNIX_EPOCH,
        prison: Some("LEI".to_owned()),
        policy: None,
    }
}
