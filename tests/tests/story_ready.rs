//! Ready means ready: what readiness and health say in each state, and that every state ends by itself.

use serde_json::Value;
use sqlx::{Connection, Executor, PgConnection};
use tests::{
    Delivery, Stage, eventually,
    people::{ANN, EVE},
};

const SAM: &str = "A1234BC";

/// Ends every other session of the database, as a failover does.
const END_ALL: &str = "
    select pg_terminate_backend(pid) from pg_stat_activity
    where datname = current_database() and pid <> pg_backend_pid()";

async fn owner(stage: &Stage) -> PgConnection {
    PgConnection::connect(stage.database_url()).await.unwrap()
}

async fn set(owner: &mut PgConnection, read_only: &str) {
    let setting =
        format!("do $$ begin execute format('alter database %I {read_only}', current_database()); end $$");
    owner.execute(setting.as_str()).await.unwrap();
}

async fn until_unready(stage: &Stage, because: &str) {
    eventually(because, async || {
        let told = stage.get("/health/readiness", None).await;
        let reason = told.json()["reason"].as_str().unwrap_or_default().to_owned();
        (told.status == 503 && reason.contains(because)).then_some(())
    })
    .await;
}

async fn until_ready(stage: &Stage) {
    eventually("ready", async || {
        let told = stage.get("/health/readiness", None).await;
        (told.status == 200).then_some(())
    })
    .await;
}

/// What health says of a component, once it is up or down.
async fn component(stage: &Stage, name: &str, status: &str) -> Value {
    eventually(&format!("{name} is {status}"), async || {
        let mut health = stage.get("/health", None).await.json();
        let component = health["components"][name].take();
        (component["status"] == status).then_some(component)
    })
    .await
}

#[tokio::test]
async fn a_database_that_was_read_only_for_a_while_is_left_by_every_session_and_all_work_goes_on() {
    let stage = Stage::start().await;
    stage.prisoner(SAM).await;
    stage.allocate(SAM, ANN).await;
    stage.messages(1).await;
    let mut owner = owner(&stage).await;
    set(&mut owner, "set default_transaction_read_only = on").await;
    owner.execute(END_ALL).await.unwrap();

    until_unready(&stage, "takes no writes").await;
    eventually("health says that the database is read-only", async || {
        let database = component(&stage, "db", "DOWN").await;
        let error = database["details"]["error"].as_str()?.to_owned();
        error.contains("read-only").then_some(())
    })
    .await;

    set(&mut owner, "reset default_transaction_read_only").await;
    until_ready(&stage).await;
    for name in ["db", "readModels", "relay"] {
        component(&stage, name, "UP").await;
    }
    // Recorded by the writer, folded by the projector, sent by the relay.
    stage.allocate(SAM, EVE).await;
    let path = format!("/api/allocation/{SAM}/primary_pom");
    let read = stage.get(&path, Some(&stage.consumer())).await;
    assert_eq!(
        (read.status.as_u16(), read.header("x-aggregate-version")),
        (200, "2")
    );
    let told: Vec<_> = stage.messages(1).await.iter().map(Delivery::version).collect();
    assert_eq!(told, [2]);
}

#[tokio::test]
async fn a_service_is_not_ready_while_the_log_does_not_answer_or_nobody_folds_or_it_lost_its_end() {
    let stage = Stage::start().await;
    stage.prisoner(SAM).await;
    until_ready(&stage).await;
    let mut owner = owner(&stage).await;

    let mut silent = owner.begin().await.unwrap();
    silent.execute("lock table es.head").await.unwrap();
    until_unready(&stage, "the log cannot be read").await;
    component(&stage, "db", "DOWN").await;
    silent.rollback().await.unwrap();
    until_ready(&stage).await;

    let mut still = owner.begin().await.unwrap();
    still
        .execute("lock table rm.cases_1 in exclusive mode")
        .await
        .unwrap();
    stage.prisoner("A1234BD").await;
    component(&stage, "readModels", "DOWN").await;
    until_unready(&stage, "nobody folds").await;
    still.rollback().await.unwrap();
    until_ready(&stage).await;
    component(&stage, "readModels", "UP").await;

    let ahead = "update es.projection set position = position + 1000 where name = 'cases'";
    owner.execute(ahead).await.unwrap();
    until_unready(&stage, "cases is ahead of the log").await;
    owner
        .execute("update es.projection set position = position - 1000 where name = 'cases'")
        .await
        .unwrap();
    until_ready(&stage).await;
}
