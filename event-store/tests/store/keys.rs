//! Personal data that can be read no more was erased, or the verification says so.

use event_store::{
    Log, MasterKey,
    audit::{Finding, Verified, VerifyError, Wrong, verify},
};
use serde_json::json;
use sqlx::Executor;

use crate::support::{Store, master, put, stream};

const A: &str = "A1234BC";
const B: &str = "B1234BC";

/// One event of A, two of B, all with something sealed.
async fn sealed() -> Store {
    let store = Store::fresh().await;
    for of in [A, B, B] {
        note(&store.log, of).await;
    }
    store
}

async fn note(log: &dyn Log, of: &str) {
    put(log, &stream(of), json!({"note": {"$personal": "met his sister"}})).await;
}

async fn tamper(store: &Store, change: &str) {
    let mut owner = store.owner.acquire().await.unwrap();
    owner
        .execute("set session_replication_role = replica")
        .await
        .unwrap();
    let changed = owner.execute(change).await.unwrap();
    assert!(changed.rows_affected() > 0, "{change} changed nothing");
}

async fn verified(store: &Store, master: Option<MasterKey>) -> Result<Verified, Finding> {
    match verify(&store.app, master.as_ref(), |_| ()).await {
        Ok(verified) => Ok(verified),
        Err(VerifyError::Broken(finding)) => Err(finding),
        Err(other) => panic!("{other}"),
    }
}

async fn assert_found(store: &Store, master: Option<MasterKey>, position: i64, wrong: Wrong) {
    let finding = verified(store, master).await.unwrap_err();
    assert_eq!((finding.position.get(), finding.wrong), (position, wrong));
}

#[tokio::test]
async fn keys_that_open_what_is_sealed_are_counted_and_the_erased_are_not_missed() {
    let store = sealed().await;
    assert_eq!(verified(&store, Some(master())).await.unwrap().keys, Some(2));
    assert_eq!(verified(&store, None).await.unwrap().keys, None);
    store
        .log
        .keyring()
        .erase(B, "retention period over")
        .await
        .unwrap();
    assert_eq!(verified(&store, Some(master())).await.unwrap().keys, Some(1));
}

#[tokio::test]
async fn a_changed_key_is_found_where_it_is_first_needed() {
    let store = sealed().await;
    let flip = format!(
        "update es.subject_key set wrapped_key = set_byte(wrapped_key, 20, get_byte(wrapped_key, 20) # 1)
         where subject_id = '{B}'"
    );
    tamper(&store, &flip).await;
    assert_found(&store, Some(master()), 2, Wrong::WrongKey(B.to_owned())).await;
    let finding = verified(&store, Some(master())).await.unwrap_err().to_string();
    assert!(
        finding.starts_with("position 2 (case-B1234BC): the key of B1234BC"),
        "{finding}"
    );
    assert!(
        verified(&store, None).await.is_ok(),
        "nobody can tell without the master key"
    );
}

#[tokio::test]
async fn exchanged_keys_and_another_master_key_are_found() {
    let store = sealed().await;
    let other = MasterKey::new([1; 32]);
    assert_found(&store, Some(other), 1, Wrong::WrongKey(A.to_owned())).await;
    let exchange = "update es.subject_key k set wrapped_key = o.wrapped_key
         from es.subject_key o where o.subject_id <> k.subject_id";
    tamper(&store, exchange).await;
    assert_found(&store, Some(master()), 1, Wrong::WrongKey(A.to_owned())).await;
}

#[tokio::test]
async fn a_removed_key_is_found_even_when_a_new_one_takes_its_place() {
    let store = sealed().await;
    tamper(
        &store,
        &format!("delete from es.subject_key where subject_id = '{B}'"),
    )
    .await;
    for master in [None, Some(master())] {
        assert_found(&store, master, 2, Wrong::NoKey(B.to_owned())).await;
    }
    note(&store.replica().await, B).await;
    assert_found(&store, Some(master()), 2, Wrong::WrongKey(B.to_owned())).await;
}

#[tokio::test]
async fn a_damaged_key_is_found_before_anything_is_sealed_with_it() {
    let store = sealed().await;
    let damaged = r"insert into es.subject_key (subject_id, wrapped_key) values ('C1234BC', '\x00')";
    tamper(&store, damaged).await;
    assert_found(&store, Some(master()), 4, Wrong::WrongKey("C1234BC".to_owned())).await;
}
