//! Names of read models as the functions of schema `rm` take them.

use sqlx::{Executor, PgPool};

use crate::support::World;

const SHAPE: &str =
    "create table rm.early_allocations_shape (noms text collate \"C\" primary key, position bigint not null)";

async fn call(pool: &PgPool, function: &str, model: &str, build: i32) -> Result<(), sqlx::Error> {
    let call = format!("select rm.{function}($1, $2)");
    let call = sqlx::query(&call).bind(model).bind(build);
    call.execute(pool).await.map(|_| ())
}

async fn tables(owner: &PgPool) -> Vec<String> {
    let sql = "select tablename::text from pg_tables
               where schemaname = 'rm' and tablename ~ '^early_allocations_[0-9]+$' order by 1";
    sqlx::query_scalar(sql).fetch_all(owner).await.unwrap()
}

#[tokio::test]
async fn a_model_with_an_underscore_in_its_name_is_built_shown_and_dropped() {
    let world = World::new().await;
    let owner = world.owner().await;
    owner.execute(SHAPE).await.unwrap();
    let model = "early_allocations";
    for build in [1, 2] {
        for function in ["create_build", "index_build", "show_build"] {
            call(&world.pool, function, model, build).await.unwrap();
        }
    }
    assert_eq!(
        tables(&owner).await,
        ["early_allocations_1", "early_allocations_2"]
    );
    call(&world.pool, "drop_build", model, 1).await.unwrap();
    assert_eq!(tables(&owner).await, ["early_allocations_2"]);
    let shown = call(&world.pool, "drop_build", model, 2).await;
    assert!(shown.is_err(), "readers see it");
}

#[tokio::test]
async fn only_builds_of_models_are_dropped() {
    let world = World::new().await;
    for (model, build) in [
        ("", 1),
        ("_", 1),
        ("cases_", 1),
        ("_cases", 1),
        ("Cases", 1),
        ("cases\" cascade; --", 1),
        ("cases", 0),
        ("cases", -1),
    ] {
        let refused = call(&world.pool, "drop_build", model, build).await.unwrap_err();
        let code = refused.as_database_error().unwrap().code();
        assert_eq!(code.as_deref(), Some("22023"), "{model} {build}");
    }
}
