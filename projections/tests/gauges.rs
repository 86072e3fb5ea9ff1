//! What dashboards see of the read models. It is alone in its process, as a service is: there is one set of gauges for all.
#![expect(
    clippy::unwrap_used,
    clippy::arithmetic_side_effects,
    reason = "tests fail by panicking"
)]

#[expect(dead_code, reason = "the other tests share it, and need more of it")]
#[path = "read_side/support/mod.rs"]
mod support;

use domain::PomPosition;
use metrics_exporter_prometheus::PrometheusBuilder;
use projections::Model;
use tokio::time::timeout;

use support::{
    TIMEOUT, World,
    events::{facts, observed, onboarded},
    noms,
};

#[tokio::test]
async fn where_the_log_is_folded_each_model_is_seen_to_follow_and_a_stopped_one_to_fall_behind() {
    let metrics = PrometheusBuilder::new().install_recorder().unwrap();
    let world = World::new().await;
    let _runner = world.project();
    let mut poison = onboarded("LEI", 102, PomPosition::Prison);
    poison.events[0].1 = serde_json::json!({"PomOnboarded": {"position": "DUKE"}});
    world.record([poison]).await;
    let later = (1..=4).map(|n| observed(noms(n), facts("LEI", "John", "Doe")));
    world.see(later).await;

    for (model, behind) in [(Model::Cases, 0), (Model::Allocations, 0), (Model::Poms, 5)] {
        let line = format!("read_model_behind_events{{model=\"{model}\"}} {behind}");
        let shown = async {
            while !metrics.render().lines().any(|shown| shown == line) {
                tokio::task::yield_now().await;
            }
        };
        timeout(TIMEOUT, shown).await.expect(&line);
    }
}
