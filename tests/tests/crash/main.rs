//! Nothing acknowledged is ever lost: the service and its database are killed under load, alternating, and afterwards
//! every acknowledged command stands at the position that was told, once, in a log that verifies.
//!
//! `KILLS` says how often (4; the promise is measured with 20).

mod ledger;
mod load;
mod scene;

use ledger::Ledger;
use scene::Scene;

fn kills() -> u32 {
    std::env::var("KILLS")
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(4)
}

#[tokio::test(flavor = "multi_thread")]
async fn no_acknowledged_command_is_lost_over_kills_of_service_and_database() {
    let mut scene = Scene::set().await;
    let ledger = Ledger::default();
    for kill in 0..kills() {
        let load = load::start(&scene, &ledger);
        ledger.grows_by(150).await;
        if kill % 2 == 0 {
            scene.kill_service();
        } else {
            scene.kill_database();
        }
        load.stop().await;
        scene.recover().await;
    }
    let load = load::start(&scene, &ledger);
    ledger.grows_by(50).await;
    load.stop().await;
    ledger.check(&scene).await;
}

/// Not a test: the service under test runs in this same program, as a child that can be killed.
#[tokio::test(flavor = "multi_thread")]
async fn the_service_of_the_scene() {
    if let Ok(setting) = std::env::var(scene::SETTING) {
        scene::serve(&setting).await;
    }
}
