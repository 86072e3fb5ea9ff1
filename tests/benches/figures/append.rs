//! Commands per second through the bus, against stock cqrs-es and against single-row inserts on the same cluster.

use std::sync::Arc;

use commands::{Request, access::Principal};
use event_store::{ConnectOptions, Log, MasterKey, Position, PostgresLog};
use sqlx::postgres::PgPoolOptions;

use crate::{
    clients,
    cluster::durable,
    estate::{self, allocate, noms},
    inserts, measured,
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
    let ours = ours(&cluster.url("ours")).await;
    let plain = {
        let pool = pool(&cluster.url("plain"), 16).await;
        let (payload, metadata) = ours.sample;
        inserts::rate(&pool, &payload, &metadata).await
    };
    let stock = peer(&cluster.url("stock")).await;
    eprintln!(
        "bus {:.0}/s, stock {stock:.0}/s, single-row inserts {plain:.0}/s",
        ours.rate
    );
    figures.note(
        "commands/s through the bus, 64 clients, against stock cqrs-es + postgres-es",
        ours.rate / stock,
        6.0,
    );
    figures.note(
        "the same against single-row autocommit inserts of the same events, 16 clients",
        ours.rate / plain,
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

struct Ours {
    rate: f64,
    /// Payload and metadata of one of the events, for the plain inserts.
    sample: (String, String),
}

async fn ours(url: &str) -> Ours {
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
    estate::prepare(&bus, CLIENTS * CASES_PER_CLIENT).await;
    let rate = clients::rate(CLIENTS, measured(), |client| {
        let bus = bus.clone();
        let mut sent = 0;
        move || {
            let (case, round) = (sent % CASES_PER_CLIENT, (sent / CASES_PER_CLIENT) as u64);
            sent += 1;
            let operation = allocate(noms(client * CASES_PER_CLIENT + case), round);
            let request = Request::new(operation, Principal::system("figures"));
            let bus = bus.clone();
            async move {
                bus.execute(request).await.unwrap();
            }
        }
    })
    .await;
    let head = log.head().await.unwrap();
    let last = log
        .read_after(Position::new(head.get() - 1), 1)
        .await
        .unwrap()
        .remove(0);
    Ours {
        rate,
        sample: (last.payload, last.metadata),
    }
}

async fn peer(url: &str) -> f64 {
    let pool = pool(url, 32).await;
    let stock = Arc::new(Stock::prepared(&pool, CLIENTS * CASES_PER_CLIENT).await);
    clients::rate(CLIENTS, measured(), |client| {
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
    .await
}
