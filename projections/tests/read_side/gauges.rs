//! What dashboards see of the read models.

use domain::PomPosition;
use metrics_exporter_prometheus::PrometheusBuilder;
use projections::Model;
use tokio::time::timeout;

use crate::support::{
    PATIENCE, World,
    events::{facts, observed, onboarded},
    noms,
};

#[tokio::test]
async fn where_the_log_is_folded_each_model_is_seen_to_follow_and_a_stopped_one_to_fall_behind() {
    let recorder = PrometheusBuilder::new().build_recorder();
    let _here = metrics::set_default_local_recorder(&recorder);
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
            while !recorder.handle().render().lines().any(|shown| shown == line) {
                tokio::task::yield_now().await;
            }
        };
        timeout(PATIENCE, shown).await.expect(&line);
    }
}
