//! Concurrent clients that each do one thing after another for a while.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use tokio::task::JoinSet;

/// How often per second `clients` concurrent clients got something done. Each is made by `client`, and does one thing
/// per call; the first fifth of the time is for warming up.
pub(crate) async fn rate<C, F>(clients: usize, length: Duration, client: impl Fn(usize) -> C) -> f64
where
    C: FnMut() -> F + Send + 'static,
    F: Future<Output = ()> + Send,
{
    let (done, stop) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicBool::new(false)));
    let mut running = JoinSet::new();
    for number in 0..clients {
        let (done, stop) = (done.clone(), stop.clone());
        let mut act = client(number);
        running.spawn(async move {
            while !stop.load(Ordering::Relaxed) {
                act().await;
                done.fetch_add(1, Ordering::Relaxed);
            }
        });
    }
    tokio::time::sleep(length / 5).await;
    let (before, started) = (done.load(Ordering::Relaxed), Instant::now());
    tokio::time::sleep(length).await;
    let (after, elapsed) = (done.load(Ordering::Relaxed), started.elapsed());
    stop.store(true, Ordering::Relaxed);
    while running.join_next().await.is_some() {}
    (after - before) as f64 / elapsed.as_secs_f64()
}
