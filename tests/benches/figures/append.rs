//! Commands per second through the bus, against stock cqrs-es and against single-row inserts on the same cluster.

use std::sync::Arc;

use commands::{CommandBus, Request, access::Principal};
use event_store::{ConnectOptions, Log, MasterKey, Position, PostgresLog};
use sqlx::postgres::PgPoolOptions;

use crate::{
    clients::{Clients, middle_ratio, take_turns},
    cluster::durable,
    estate::{self, allocate, noms},
    inserts,
    stock::Stock,
    table::Figures,
};

const CLIENTS: usize = 64;
/// Cases that each client goes round; the first command about each is an allocation, the rest reallocations.
const CASES_PER_CLIENT: usize = 40;

pub(crate) async fn measure(figures: &mut Figures) {
    let (mut cluster, _folder) = durable().await;
    for database in ["ours", "stock", "plain"] {
        cluster.create_database(database).await.unwrap();
    }
    let (bus, (payload, metadata)) = bus(&cluster.url("ours")).await;
    let pool = pool(&cluster.url("plain"), 16).await;
    let plain = inserts::clients(&pool, &payload, &metadata).await;
    let stock = stock(&cluster.url("stock")).await;
    eprintln!("the bus, single-row inserts, stock");
    let rounds = take_turns([bus, plain, stock]).await;
    figures.note(
        "commands/s through the bus, 64 clients, against stock cqrs-es + postgres-es",
        middle_ratio(&rounds, 0, 2),
        6.0,
    );
    figures.note(
        "the same against single-row autocommit inserts of the same events, 16 clients",
        middle_ratio(&rounds, 0, 1),
        2.5,
    );
    cluster.stop().await.unwrap();
}

async fn pool(url: &str, connections: u32) -> sqlx::PgPool {
    PgPoolOptions::new()
        .max_connections(connections)
        .connect(url)
        .await
        .unwrap()
}

/// The clients of the bus, and payload and metadata of one of its events.
async fn bus(url: &str) -> (Clients, (String, String)) {
    event_store::migrate(url).await.unwrap();
    let pool = event_store::connect(url, ConnectOptions::default())
        .await
        .unwrap();
    let log = Arc::new(
        PostgresLog::open(pool, Some(MasterKey::new([7; 32])))
            .await
            .unwrap(),
    );
    let bus = estate::bus(log.clone());
    let cases = CLIENTS * CASES_PER_CLIENT;
    estate::prepare(&bus, cases + 1).await;
    send(&bus, cases, 0).await;
    let last = log.head().await.unwrap().get() - 1;
    let sample = log.read_after(Position::new(last), 1).await.unwrap().remove(0);
    let clients = Clients::new(CLIENTS, |client| {
        let bus = bus.clone();
        let mut sent = 0;
        move || {
            let (case, round) = (sent % CASES_PER_CLIENT, (sent / CASES_PER_CLIENT) as u64);
            sent += 1;
            let bus = bus.clone();
            async move { send(&bus, client * CASES_PER_CLIENT + case, round).await }
        }
    });
    (clients, (sample.payload, sample.metadata))
}

/// The n-th command about a case.
async fn send(bus: &CommandBus, case: usize, n: u64) {
    let request = Request::new(allocate(noms(case), n), Principal::system("figures"));
    bus.execute(request).await.unwrap();
}

async fn stock(url: &str) -> Clients {
    let pool = pool(url, 32).await;
    let stock = Arc::new(Stock::prepared(&pool, CLIENTS * CASES_PER_CLIENT).await);
    Clients::new(CLIENTS, |client| {
        let stock = stock.clone();
        let mut sent = 0;
        move || {
            let (case, round) = (sent % CASES_PER_CLIENT, (sent / CASES_PER_CLIENT) as u64);
            sent += 1;
            let stock = stock.clone();
            async move {
                stock.execute(noms(client * CASES_PER_CLIENT + case), round).await;
            }
        }
    })
}
