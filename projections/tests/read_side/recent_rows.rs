//! Recent rows: those in the database, or none.

use tokio::time::timeout;

use crate::support::{
    TIMEOUT, World,
    events::{allocated, noon, reallocated},
    noms,
};

#[tokio::test]
async fn only_the_process_that_folds_has_the_recent_rows() {
    let world = World::new().await;
    let runner = world.project();
    let other = World::open(&world.url).await;
    let case = noms(1);
    for (version, happening) in [
        (1, allocated(case, "LEI", 101, noon("2026-01-01"))),
        (2, reallocated(case, "LEI", 102, 101, noon("2026-02-01"))),
    ] {
        world.see([happening]).await;
        let shown = world.models.allocation(case).await.unwrap();
        assert_eq!(world.models.recent_allocation(case, version), shown);
        assert_eq!(world.models.recent_allocation(case, version + 1), None);
        assert_eq!(other.models.recent_allocation(case, version), None);
    }
    // Another process folds from now on: the recent rows here are older than what mutations have to see.
    runner.stop().await;
    let _runner = other.project();
    other
        .see([reallocated(case, "LEI", 103, 102, noon("2026-03-01"))])
        .await;
    assert_eq!(world.models.recent_allocation(case, 3), None);
    assert!(other.models.recent_allocation(case, 3).is_some());
}

#[tokio::test]
async fn after_an_erasure_there_are_no_recent_rows() {
    let world = World::new().await;
    let _runner = world.project();
    let case = noms(1);
    world.see([allocated(case, "LEI", 101, noon("2026-01-01"))]).await;
    assert!(world.models.recent_allocation(case, 1).is_some());
    world.log.keyring().erase(case.as_str(), "a test").await.unwrap();
    let forgotten = async {
        while world.models.recent_allocation(case, 1).is_some() {
            tokio::task::yield_now().await;
        }
    };
    timeout(TIMEOUT, forgotten).await.unwrap();
}
