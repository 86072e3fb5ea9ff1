//! One owner at a time, by the database's clock or until its process is gone; an owner that lost its turn can change nothing.

use std::time::Duration;

use event_store::{ConnectOptions, Lease};
use sqlx::PgPool;
use uuid::Uuid;

use crate::support::Store;

const LONG: Duration = Duration::from_mins(10);
const OVER: Duration = Duration::ZERO;

#[tokio::test]
async fn a_lease_has_one_owner_until_it_ends() {
    let store = Store::fresh().await;
    let mut connection = store.app.acquire().await.unwrap();
    let (me, you) = (Uuid::now_v7(), Uuid::now_v7());
    let mine = Lease::acquire(&mut connection, "relay", me, LONG)
        .await
        .unwrap()
        .unwrap();
    assert!(
        Lease::acquire(&mut connection, "relay", you, LONG)
            .await
            .unwrap()
            .is_none()
    );
    assert!(mine.renew(&mut connection, LONG).await.unwrap());
    assert!(mine.still_held_in_tx(&mut connection).await.unwrap());

    assert!(mine.renew(&mut connection, OVER).await.unwrap());
    let yours = Lease::acquire(&mut connection, "relay", you, LONG)
        .await
        .unwrap()
        .unwrap();
    assert!(yours.fence > mine.fence);
    assert!(!mine.renew(&mut connection, LONG).await.unwrap());
    assert!(!mine.still_held_in_tx(&mut connection).await.unwrap());
    mine.release(&mut connection).await.unwrap();
    assert!(
        yours.still_held_in_tx(&mut connection).await.unwrap(),
        "an old owner cannot release a new one's lease"
    );
    yours.release(&mut connection).await.unwrap();
    assert!(
        Lease::acquire(&mut connection, "relay", me, LONG)
            .await
            .unwrap()
            .is_some()
    );
}

/// The sessions of another process.
async fn another_process(store: &Store) -> PgPool {
    event_store::connect(store.database.url(), ConnectOptions::default())
        .await
        .unwrap()
}

async fn take(pool: &PgPool, owner: Uuid) -> Option<Lease> {
    let mut connection = pool.acquire().await.unwrap();
    Lease::acquire(&mut connection, "relay", owner, LONG)
        .await
        .unwrap()
}

async fn is_held(pool: &PgPool) -> bool {
    Lease::is_held(&mut pool.acquire().await.unwrap(), "relay")
        .await
        .unwrap()
}

#[tokio::test]
async fn a_lease_is_free_as_soon_as_no_session_of_its_process_is_left() {
    let store = Store::fresh().await;
    let theirs = another_process(&store).await;
    let (mut one, other) = (theirs.acquire().await.unwrap(), theirs.acquire().await.unwrap());
    let dead = Lease::acquire(&mut one, "relay", Uuid::now_v7(), LONG).await;
    let dead = dead.unwrap().unwrap();
    one.close().await.unwrap();
    assert!(is_held(&store.app).await, "one session of the process is left");
    assert_eq!(take(&store.app, Uuid::now_v7()).await, None);

    // All at once and without a word, as by a kill.
    other.close().await.unwrap();
    let me = Uuid::now_v7();
    let mine = loop {
        match take(&store.app, me).await {
            Some(lease) => break lease,
            // The server ends a session a moment after its client.
            None => tokio::task::yield_now().await,
        }
    };
    assert!(
        mine.fence > dead.fence,
        "what the dead owner wrote is told from what we write"
    );
    let mut late = store.owner.acquire().await.unwrap();
    assert!(!dead.still_held_in_tx(&mut late).await.unwrap());
}

#[tokio::test]
async fn a_lease_is_held_while_its_time_lasts_and_any_session_lives_whatever_process_asks() {
    let store = Store::fresh().await;
    let mine = take(&store.app, Uuid::now_v7()).await.unwrap();
    let theirs = another_process(&store).await;
    assert!(is_held(&theirs).await && is_held(&store.app).await && is_held(&store.owner).await);
    assert_eq!(take(&theirs, Uuid::now_v7()).await, None);
    // A process that is cut off: its sessions seem to live, and its time runs out.
    let mut connection = store.app.acquire().await.unwrap();
    assert!(mine.renew(&mut connection, OVER).await.unwrap());
    assert!(!is_held(&theirs).await);
    assert!(take(&theirs, Uuid::now_v7()).await.is_some());
}

#[tokio::test]
async fn a_lease_that_a_version_without_processes_took_is_judged_by_its_time_alone() {
    let store = Store::fresh().await;
    let theirs = another_process(&store).await;
    take(&theirs, Uuid::now_v7()).await.unwrap();
    theirs.close().await;
    let taken =
        "update es.lease set owner = gen_random_uuid(), fence = fence + 1, until = now() + interval '1 h'";
    sqlx::query(taken).execute(&store.owner).await.unwrap();
    assert_eq!(take(&store.app, Uuid::now_v7()).await, None);
}
