//! A well-behaved client: four connections, on each of them a page of cases every 40 ms.

use std::{
    net::SocketAddr,
    time::{Duration, Instant},
};

use futures::future::join_all;
use serde_json::{Value, json};
use tokio::time::{MissedTickBehavior, interval};

use crate::{number, wire::Wire};

const CONNECTIONS: usize = 4;
const EVERY: Duration = Duration::from_millis(40);

const PAGE: &str = "{ cases(prison: \"LEI\", bucket: ALLOCATED, first: 20) { totalCount pageInfo { endCursor hasNextPage } edges { node {
    nomsNumber firstName lastName tier workingDaysSinceEntering allocation { primaryPom { name } } } } } }";

pub(crate) struct Quiet {
    connections: Vec<Wire>,
    /// Whom it reads of.
    pub(crate) cases: Vec<String>,
}

impl Quiet {
    pub(crate) async fn new(address: SocketAddr, token: &str) -> Self {
        let mut connections: Vec<_> = (0..CONNECTIONS).map(|_| Wire::new(address, token)).collect();
        let answer = connections[0].post("/graphql", &page()).await;
        let answer: Value = serde_json::from_str(&answer).unwrap();
        let edges = answer["data"]["cases"]["edges"].as_array().unwrap();
        let noms = |edge: &Value| edge["node"]["nomsNumber"].as_str().unwrap().to_owned();
        Self {
            cases: edges.iter().map(noms).collect(),
            connections,
        }
    }

    /// How long all but one of a hundred pages take at most.
    pub(crate) async fn percentile(&mut self) -> Duration {
        let until = Instant::now() + Duration::from_secs(number("FIGURES_SECONDS", 2).max(5));
        let asking = self.connections.iter_mut().map(|wire| asked(wire, until));
        let mut took: Vec<_> = join_all(asking).await.into_iter().flatten().collect();
        took.sort_unstable();
        took[took.len() * 99 / 100]
    }
}

fn page() -> String {
    json!({ "query": PAGE }).to_string()
}

async fn asked(wire: &mut Wire, until: Instant) -> Vec<Duration> {
    let (mut ticks, body, mut took) = (interval(EVERY), page(), Vec::new());
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    while Instant::now() < until {
        ticks.tick().await;
        let begun = Instant::now();
        let answer = wire.post("/graphql", &body).await;
        took.push(begun.elapsed());
        assert!(answer.contains("\"edges\""), "{answer}");
    }
    took
}
