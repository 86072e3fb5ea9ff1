//! Every table has a primary key, those too that a rebuild makes.

use projections::{Model, RebuildOptions, rebuild};

use crate::support::{World, histories::History};

/// Our tables are all that are not the system's, each partition by itself.
const WITHOUT: &str = "
    select c.oid::regclass::text from pg_class c
    where c.relkind in ('r', 'p')
        and c.relnamespace not in ('pg_catalog'::regnamespace, 'information_schema'::regnamespace)
        and not exists (select from pg_constraint where conrelid = c.oid and contype = 'p')
    order by 1";

#[tokio::test]
async fn every_table_has_a_primary_key() {
    let world = World::new().await;
    let owner = world.owner().await;
    let without: Vec<String> = sqlx::query_scalar(WITHOUT).fetch_all(&owner).await.unwrap();
    assert_eq!(without, [""; 0], "as migrated");

    let _runner = world.project();
    world.see(History::new(14, 5).take(60)).await;
    let options = RebuildOptions {
        models: &Model::ALL,
        keep_previous: true,
        workers: 2,
        progress: &|_| (),
    };
    rebuild(&world.log, options).await.unwrap();
    let without: Vec<String> = sqlx::query_scalar(WITHOUT).fetch_all(&owner).await.unwrap();
    assert_eq!(without, [""; 0], "after a rebuild");
}
