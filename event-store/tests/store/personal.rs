//! Personal data is sealed at rest, opened for those with the key, and gone after erasure, while every hash still holds.

use event_store::{AppendError, Expected, Keyring, Log, PostgresLog, audit};
use serde_json::{Value, json};

use crate::support::{Store, everything, put, request, stream, write};

const SECRET: &str = "told his keyworker about Aunt Mabel";

fn note() -> Value {
    json!({"note": {"$personal": SECRET}, "kind": "handover"})
}

/// Everything that a dump of the database would show, as text.
async fn dump(store: &Store) -> String {
    let tables: Vec<String> = sqlx::query_scalar(
        "select oid::regclass::text from pg_class where relnamespace = 'es'::regnamespace and relkind = 'r'",
    )
    .fetch_all(&store.owner)
    .await
    .unwrap();
    let mut text = String::new();
    for table in tables {
        let rows: Option<String> =
            sqlx::query_scalar(&format!("select string_agg(t::text, '\n') from {table} t"))
                .fetch_one(&store.owner)
                .await
                .unwrap();
        text += &rows.unwrap_or_default();
    }
    text
}

#[tokio::test]
async fn what_is_personal_is_sealed_at_rest_and_opened_on_reading() {
    let store = Store::fresh().await;
    let a = stream("A1234BC");
    put(&store.log, &a, note()).await;
    assert_eq!(store.all().await[0].decode::<Value>().unwrap(), note());
    assert_eq!(
        store.log.read_streams(&[a]).await.unwrap()[0]
            .decode::<Value>()
            .unwrap(),
        note()
    );
    let at_rest = dump(&store).await;
    assert!(at_rest.contains("handover") && at_rest.contains("$sealed"));
    // As text, in hexadecimal as bytea prints, and in base64 at each alignment.
    for plain in ["Mabel", "4d6162656c", "TWFiZW", "1hYmVs", "NYWJlb"] {
        assert!(!at_rest.contains(plain), "{plain}");
    }
    audit::verify(&store.app, None, |_| ()).await.unwrap();
}

#[tokio::test]
async fn after_erasure_it_is_gone_in_every_replica_and_the_log_still_verifies() {
    let store = Store::fresh().await;
    let replica = store.replica().await;
    let (a, b) = (stream("A1234BC"), stream("B1234BC"));
    put(&store.log, &a, note()).await;
    put(&store.log, &b, note()).await;
    assert_eq!(
        everything(&replica).await[0].decode::<Value>().unwrap(),
        note(),
        "the replica remembers the key"
    );

    let erasure = store
        .log
        .keyring()
        .erase("A1234BC", "retention period over")
        .await
        .unwrap();
    assert!(!erasure.repeated);
    let withheld = json!({"note": {"$withheld": true}, "kind": "handover"});
    let events = store.all().await;
    assert_eq!(events[0].decode::<Value>().unwrap(), withheld);
    assert_eq!(
        events[1].decode::<Value>().unwrap(),
        note(),
        "another person's data stays"
    );
    while everything(&replica).await[0].decode::<Value>().unwrap() != withheld {
        tokio::task::yield_now().await;
    }
    audit::verify(&store.app, None, |_| ()).await.unwrap();

    let again = store.log.keyring().erase("A1234BC", "again").await.unwrap();
    assert!(again.repeated);
    assert_eq!(
        store.log.keyring().erasure("A1234BC").await.unwrap().as_ref(),
        Some(&again)
    );
    assert_eq!(store.log.keyring().erasure("B1234BC").await.unwrap(), None);
    assert_eq!(
        (again.destroyed_at, again.reason.as_str()),
        (erasure.destroyed_at, "retention period over")
    );
    let later = store
        .log
        .append(request(vec![write(&a, Expected::Any, [note()])]))
        .await
        .unwrap_err();
    assert!(matches!(later, AppendError::Erased), "{later}");
    put(&store.log, &a, json!({"kind": "impersonal"})).await;
}

#[tokio::test]
async fn a_reader_without_the_master_key_sees_nothing_personal_and_cannot_write_what_is_personal() {
    let store = Store::fresh().await;
    put(&store.log, &stream("A1234BC"), note()).await;
    for (master, writes) in [(None, false), (Some(event_store::MasterKey::new([1; 32])), false)] {
        let blind = PostgresLog::open(store.app.clone(), master).await.unwrap();
        let seen: Value = everything(&blind).await[0].decode().unwrap();
        assert_eq!(seen, json!({"note": {"$withheld": true}, "kind": "handover"}));
        let written = blind
            .append(request(vec![write(&stream("A1234BC"), Expected::Any, [note()])]))
            .await;
        assert_eq!(written.is_ok(), writes, "{written:?}");
    }
}

#[tokio::test]
async fn keys_loaded_at_once_open_stored_payloads() {
    let store = Store::fresh().await;
    put(&store.log, &stream("A1234BC"), note()).await;
    put(&store.log, &stream("B1234BC"), json!({"kind": "plain"})).await;
    let stored: Vec<String> = sqlx::query_scalar("select payload::text from es.event order by position")
        .fetch_all(&store.app)
        .await
        .unwrap();
    let keys = Keyring::new(store.app.clone(), Some(crate::support::master()))
        .preload()
        .await
        .unwrap();
    let opened: Value = serde_json::from_str(&keys.open_payload(&stored[0])).unwrap();
    assert_eq!(opened, note());
    assert!(matches!(
        keys.open_payload(&stored[1]),
        std::borrow::Cow::Borrowed(_)
    ));
}

#[tokio::test]
async fn replicas_that_meet_a_person_at_the_same_time_use_one_key() {
    let store = Store::fresh().await;
    let replica = store.replica().await;
    let ask = || request(vec![write(&stream("A1234BC"), Expected::Any, [note()])]);
    let (here, there) = futures::join!(store.log.append(ask()), replica.append(ask()));
    here.unwrap();
    there.unwrap();
    for event in everything(&replica).await {
        assert_eq!(event.decode::<Value>().unwrap(), note());
    }
}

#[tokio::test]
async fn a_member_called_sealed_is_refused() {
    let store = Store::fresh().await;
    for forged in [
        json!({"$sealed": "v1:A1234BC:AAAA"}),
        json!({"a": [{"$personal": 1, "other": 2}]}),
    ] {
        let refused = store
            .log
            .append(request(vec![write(&stream("A1234BC"), Expected::Any, [forged])]))
            .await;
        assert!(matches!(refused, Err(AppendError::Invalid(_))), "{refused:?}");
        assert!(!matches!(refused.unwrap_err(), AppendError::Erased));
    }
}
