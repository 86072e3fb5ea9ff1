//! Commands per second through the bus, against stock cqrs-es and against single-row inserts on the same cluster.

use std::sync::Arc;

use commands::{CommandBus, Request, access::Principal};
use event_store::{ConnectOptions, MasterKey, PostgresLog};
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
const CASES_PER_CLIENT: usize = 80;

pub(crate) async fn measure(figures: &mut Figures) {
    let (mut cluster, _folder) = durable().await;
    for database in ["ours", "stock"] {
        cluster.create_database(database).await.unwrap();
    }
    let log = log(&cluster.url("ours")).await;
    let bus = bus(&log).await;
    let plain = inserts::clients(&cluster, log.pool()).await;
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

async fn log(url: &str) -> Arc<PostgresLog> {
    event_store::migrate(url).await.unwrap();
    let pool = event_store::connect(url, ConnectOptions::default())
        .await
        .unwrap();
    let log = PostgresLog::open(pool, Some(MasterKey::new([7; 32]))).await;
    Arc::new(log.unwrap())
}

async fn bus(log: &Arc<PostgresLog>) -> Clients {
    let bus = estate::bus(log.clone());
    let cases = CLIENTS * CASES_PER_CLIENT;
    estate::prepare(&bus, cases + 1).await;
    send(&bus, cases, 0).await;
    Clients::new(CLIENTS, |client| {
        let bus = bus.clone();
        let mut sent = 0;
        move || {
            let (case, round) = (sent % CASES_PER_CLIENT, (sent / CASES_PER_CLIENT) as u64);
            sent += 1;
            let bus = bus.clone();
            async move { send(&bus, client * CASES_PER_CLIENT + case, round).await }
        }
    })
}

/// The n-th command about a case.
async fn send(bus: &CommandBus, case: usize, n: u64) {
    let request = Request::new(allocate(noms(case), n), Principal::system("figures"));
    bus.execute(request).await.unwrap();
}

async fn stock(url: &str) -> Clients {
    let pool = PgPoolOptions::new()
        .max_connections(32)
        .connect(url)
        .await
        .unwrap();
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
