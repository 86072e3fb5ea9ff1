//! Waiting for a condition, never for a time.

use std::time::Duration;

/// How long anything may take before a test gives up: long, because a busy machine is no fault of the service.
pub const PATIENCE: Duration = Duration::from_secs(90);

const GLANCE: Duration = Duration::from_millis(20);

/// Asks until there is an answer.
pub async fn eventually<T>(what: &str, mut ask: impl AsyncFnMut() -> Option<T>) -> T {
    let mut glances = tokio::time::interval(GLANCE);
    let asking = async {
        loop {
            glances.tick().await;
            if let Some(answer) = ask().await {
                return answer;
            }
        }
    };
    in_time(what, asking).await
}

/// The outcome of something that must come to an end.
pub async fn in_time<T>(what: &str, doing: impl Future<Output = T>) -> T {
    tokio::time::timeout(PATIENCE, doing)
        .await
        .unwrap_or_else(|_| panic!("waited in vain: {what}"))
}
