//! The way out through the view of postgres-es: shut in production, and no way around the rules while it is open.

use std::collections::HashMap;

use cqrs_es::{AggregateError, CqrsFramework, EventStore};
use event_store::{Log, Outcome, StreamId, audit};
use serde_json::{Value, json};
use sqlx::Executor;
use uuid::Uuid;

use crate::{
    cqrs::{Count, Counted, stock},
    support::{Store, put},
};

async fn opened() -> Store {
    let store = Store::fresh().await;
    store
        .owner
        .execute("select es.enable_cqrs_inserts()")
        .await
        .unwrap();
    store
}

#[tokio::test]
async fn nothing_personal_and_no_forged_seal_gets_in_through_the_view() {
    let store = opened().await;
    let note = async |note: Value| {
        let empty = stock(&store).load_aggregate("C-1").await.unwrap();
        stock(&store)
            .commit(vec![Counted::Noted(note)], empty, HashMap::new())
            .await
    };
    for personal in [
        json!({"$personal": "met his sister"}),
        json!({"a": [1, [{"b": {"$personal": {"c": null}}}]]}),
        json!([{"$sealed": "v1:A1234BC:AAAA"}]),
    ] {
        assert!(note(personal.clone()).await.is_err(), "{personal}");
    }
    assert_eq!(store.log.head().await.unwrap().get(), 0);
    note(json!({"text": "$personal", "personal": ["$sealed"]}))
        .await
        .unwrap();
    assert_eq!(store.log.head().await.unwrap().get(), 1);
}

#[tokio::test]
async fn what_came_in_through_the_view_has_the_receipt_of_its_command() {
    let store = opened().await;
    let id = Uuid::now_v7();
    // An id in capitals is the same id.
    let metadata = HashMap::from([("commandId".to_owned(), id.to_string().to_uppercase())]);
    let commit = async || {
        let now = stock(&store).load_aggregate("C-1").await.unwrap();
        let events = vec![Counted::Cleared, Counted::Cleared];
        stock(&store).commit(events, now, metadata.clone()).await
    };
    commit().await.unwrap();
    let Some((Outcome::Recorded(receipt), _)) = store.log.receipt(id).await.unwrap() else {
        panic!("there is no receipt");
    };
    assert_eq!((receipt.first.get(), receipt.last.get()), (1, 2));
    let again = commit().await;
    assert!(
        matches!(again, Err(AggregateError::AggregateConflict)),
        "a command is recorded once"
    );
    assert_eq!(audit::verify(&store.app, None, |_| ()).await.unwrap().receipts, 1);
}

#[tokio::test]
async fn the_view_is_read_only_in_production() {
    let store = Store::fresh().await;
    put(&store.log, &StreamId::new("counter", "C-1"), json!("Cleared")).await;
    assert_eq!(stock(&store).load_events("C-1").await.unwrap().len(), 1);
    let framework = CqrsFramework::new(stock(&store), vec![], ());
    assert!(framework.execute("C-1", Count::Add(1)).await.is_err());
    assert_eq!(store.log.head().await.unwrap().get(), 1);
}
