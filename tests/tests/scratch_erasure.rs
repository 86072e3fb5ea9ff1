use serde_json::json;
use tests::{
    Stage,
    documents::ALLOCATE,
    people::{ANN, EVE},
};
#[tokio::test]
async fn scratch() {
    let stage = Stage::start().await;
    stage.prisoner("A1234BC").await;
    stage.allocate("A1234BC", ANN).await;
    stage
        .service()
        .log()
        .keyring()
        .erase("A1234BC", "asked")
        .await
        .unwrap();
    let input = json!({ "nomsNumber": "A1234BC", "prison": "LEI", "staffId": EVE });
    println!(
        "ALLOC {}",
        stage
            .graphql(&stage.allocator(), ALLOCATE, json!({"input": input}))
            .await
    );
    println!(
        "CASE {}",
        stage
            .graphql(
                &stage.allocator(),
                "{ case(nomsNumber: \"A1234BC\") { lastName allocation { primaryPom { name } } } }",
                json!({})
            )
            .await
    );
    println!(
        "REST {:?}",
        stage
            .get("/api/allocation/A1234BC/primary_pom", Some(&stage.consumer()))
            .await
    );
    let started = std::time::Instant::now();
    let mut stage = stage;
    let mut socket = tests::follow::Socket::connect(&stage, &stage.allocator()).await;
    socket
        .subscribe("1", "subscription { allocationChanged(after: \"0\") { kind } }")
        .await;
    println!("{}", socket.next().await);
    stage.restart().await;
    println!("RESTART with socket {:?}", started.elapsed());
    let heard = tokio::time::timeout(std::time::Duration::from_secs(5), socket.hear()).await;
    println!("HEARD after stop {heard:?}");
    let mut idle = tests::follow::Events::open(
        &stage,
        &stage.allocator(),
        "subscription { allocationChanged { kind } }",
    )
    .await;
    let started = std::time::Instant::now();
    stage.restart().await;
    println!(
        "RESTART with sse {:?} {:?}",
        started.elapsed(),
        tokio::time::timeout(std::time::Duration::from_secs(5), idle.hear()).await
    );
}
