//! Rows that the version before folded are as if this one had folded them.

use sqlx::Executor;

use crate::support::{
    World,
    events::{allocated, noon, primary_removed},
    noms,
};

const THE_PAST_STAYS_IN_THE_LOG: &str =
    include_str!("../../../migrations/0103_the_past_stays_in_the_log.sql");

/// Gives the build that is shown the column which it had, and takes from the state what it had not.
const AS_BEFORE: &str = "
    alter table rm.allocations_shape add terms text;
    alter table rm.allocations_1 add terms text;
    update rm.allocations_1 set
        terms = json_build_array(
            json_build_object('pom', json_build_object('forename', 'somebody', 'surname', 'before')),
            json_build_object('pom', coalesce(state::json -> 'previous', state::json #> '{primary,pom}')))::text,
        state = (state::jsonb - 'previous')::text";

#[tokio::test]
async fn whom_the_last_term_was_is_known_of_cases_without_a_pom() {
    let world = World::new().await;
    let _runner = world.project();
    let (left, held) = (noms(1), noms(2));
    world
        .see([
            allocated(left, "LEI", 101, noon("2026-01-01")),
            allocated(held, "LEI", 102, noon("2026-01-01")),
            primary_removed(left, 101, noon("2026-02-01")),
        ])
        .await;
    let before = world.models.allocations(&[left, held]).await.unwrap();
    assert!(before[&left].allocation.previous.is_some());

    let owner = world.owner().await;
    owner.execute(AS_BEFORE).await.unwrap();
    let lost = world.models.allocations(&[left, held]).await.unwrap();
    assert_ne!(lost, before);
    owner.execute(THE_PAST_STAYS_IN_THE_LOG).await.unwrap();
    assert_eq!(world.models.allocations(&[left, held]).await.unwrap(), before);
}
