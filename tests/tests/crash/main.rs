//! Nothing acknowledged is ever lost: the service and its database are killed under load, alternating, and afterwards
//! every acknowledged command stands at the position that was told, once, in a log that verifies. A service that says it is ready
//! after a kill has folded everything; one whose server became a standby goes on once that is promoted.
//!
//! `KILLS` says how often (4; the promise is measured with 20).

mod database;
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

#[tokio::test(flavor = "multi_thread")]
async fn a_service_that_is_ready_after_a_kill_has_folded_what_was_recorded_before() {
    let mut scene = Scene::set().await;
    let ledger = Ledger::default();
    // Nothing is folded any more, and commands go on being recorded.
    let still = scene.keep_from_folding().await;
    let load = load::start(&scene, &ledger);
    scene.records_more(40).await;
    scene.kill_service();
    load.stop().await;
    still.rollback().await.unwrap();
    let recorded = scene.versions().await;
    scene.recover().await;
    assert_eq!(scene.versions_told().await, recorded);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_was_demoted_is_left_and_taken_again_once_it_is_promoted() {
    let mut scene = Scene::set().await;
    let ledger = Ledger::default();
    let load = load::start(&scene, &ledger);
    ledger.grows_by(30).await;
    load.stop().await;
    scene.demote_database().await;
    scene.is_not_ready().await;
    scene.promote_database().await;
    scene.recover().await;
    let load = load::start(&scene, &ledger);
    ledger.grows_by(30).await;
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
