//! Concurrent clients that each do one thing after another, in turns with those that they are compared with.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use futures::future::BoxFuture;
use tokio::task::JoinSet;

use crate::{number, processor::Used};

/// Does one thing per call.
type Client = Box<dyn FnMut() -> BoxFuture<'static, ()> + Send>;

/// Clients that go on each time where they stopped.
pub(crate) struct Clients(Vec<Client>);

impl Clients {
    /// So many clients, each made by `client`.
    pub(crate) fn new<C, F>(count: usize, client: impl Fn(usize) -> C) -> Self
    where
        C: FnMut() -> F + Send + 'static,
        F: Future<Output = ()> + Send + 'static,
    {
        let boxed = |number| {
            let mut act = client(number);
            Box::new(move || Box::pin(act()) as BoxFuture<'static, ()>) as Client
        };
        Self((0..count).map(boxed).collect())
    }

    /// How often per second they get something done; the first fifth of the time is for warming up.
    async fn rate(&mut self, length: Duration) -> Rate {
        let (done, stop) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicBool::new(false)));
        let mut running = JoinSet::new();
        for mut act in self.0.drain(..) {
            let (done, stop) = (done.clone(), stop.clone());
            running.spawn(async move {
                while !stop.load(Ordering::Relaxed) {
                    act().await;
                    done.fetch_add(1, Ordering::Relaxed);
                }
                act
            });
        }
        tokio::time::sleep(length / 5).await;
        let (before, used, started) = (done.load(Ordering::Relaxed), Used::so_far(), Instant::now());
        tokio::time::sleep(length).await;
        let (after, elapsed) = (done.load(Ordering::Relaxed), started.elapsed());
        let (times, used) = ((after - before) as f64, Used::so_far().since(used));
        stop.store(true, Ordering::Relaxed);
        while let Some(act) = running.join_next().await {
            self.0.push(act.unwrap());
        }
        let micros_each = |used: Duration| used.as_secs_f64() * 1e6 / times;
        Rate {
            a_second: times / elapsed.as_secs_f64(),
            cost: [micros_each(used.here), micros_each(used.database)],
        }
    }
}

/// How quickly something is done, and what it costs.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rate {
    /// How often per second.
    pub(crate) a_second: f64,
    /// Microseconds of processor time each, in this process and in Postgres.
    cost: [f64; 2],
}

/// The rates of all contenders, round by round. They take turns, because a machine's speed changes from one minute to the
/// next: within a round it is nearly the same for all.
pub(crate) async fn take_turns<const N: usize>(mut contenders: [Clients; N]) -> Vec<[Rate; N]> {
    let length = Duration::from_secs(number("FIGURES_SECONDS", 2));
    let mut rounds = Vec::new();
    for _ in 0..number("FIGURES_ROUNDS", 7) {
        let mut rates = [Rate {
            a_second: f64::NAN,
            cost: [0.0; 2],
        }; N];
        for (rate, clients) in rates.iter_mut().zip(&mut contenders) {
            *rate = clients.rate(length).await;
        }
        eprintln!(
            "per second: {:.0?}; processor, µs each, here and in Postgres: {:.0?}",
            rates.map(|rate| rate.a_second),
            rates.map(|rate| rate.cost)
        );
        rounds.push(rates);
    }
    rounds
}

/// The ratio of one contender to another in the middle one of all rounds.
pub(crate) fn middle_ratio<const N: usize>(rounds: &[[Rate; N]], one: usize, other: usize) -> f64 {
    let mut ratios: Vec<f64> = rounds
        .iter()
        .map(|rates| rates[one].a_second / rates[other].a_second)
        .collect();
    ratios.sort_by(f64::total_cmp);
    ratios[ratios.len() / 2]
}
