//! Every table has a primary key, each partition and each build of a read model too.

use projections::{Model, RebuildOptions, rebuild};
use sqlx::PgPool;

use crate::support::{World, histories::History};

/// The tables of all schemas but the system's, each partition by itself, and whether they have a primary key.
const TABLES: &str = "
    select format('%s.%s', table_schema, table_name),
           exists (select from information_schema.table_constraints key
                   where key.table_schema = t.table_schema and key.table_name = t.table_name and constraint_type = 'PRIMARY KEY')
    from information_schema.tables t
    where table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema')
    order by 1";

async fn assert_keys(owner: &PgPool, expected: &[&str]) {
    let tables: Vec<(String, bool)> = sqlx::query_as(TABLES).fetch_all(owner).await.unwrap();
    let without: Vec<_> = tables.iter().filter(|(_, has_key)| !has_key).collect();
    assert!(without.is_empty(), "without a primary key: {without:?}");
    for name in expected {
        assert!(
            tables.iter().any(|(table, _)| table == name),
            "{name} is looked at"
        );
    }
}

#[tokio::test]
async fn every_table_has_a_primary_key() {
    let world = World::new().await;
    let owner = world.owner().await;
    let partition =
        "select min(inhrelid::regclass::text) from pg_inherits where inhparent = 'es.event'::regclass";
    let partition: String = sqlx::query_scalar(partition).fetch_one(&owner).await.unwrap();
    assert_keys(&owner, &["es.event", &partition, "rm.cases_shape", "rm.cases_1"]).await;

    let _runner = world.project();
    world.see(History::new(14, 5).take(60)).await;
    let options = RebuildOptions {
        models: &Model::ALL,
        keep_previous: true,
        workers: 2,
        progress: &|_| (),
    };
    rebuild(&world.log, options).await.unwrap();
    let builds: Vec<String> = Model::ALL.map(|model| format!("rm.{model}_2")).to_vec();
    let builds: Vec<&str> = builds.iter().map(String::as_str).collect();
    assert_keys(&owner, &[&["rm.cases_1"], &builds[..]].concat()).await;
}
