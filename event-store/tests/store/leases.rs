//! One owner at a time, by the database's clock; an owner that lost its turn can change nothing.

use std::time::Duration;

use event_store::{
    Lease, Position,
    checkpoint::{self, CheckpointKey},
};
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

#[tokio::test]
async fn a_checkpoint_moves_only_for_the_owner_and_only_from_where_it_is() {
    let store = Store::fresh().await;
    let mut connection = store.app.acquire().await.unwrap();
    let connection = &mut *connection;
    let key = CheckpointKey {
        name: "caseload".to_owned(),
        version: 1,
        shard: 0,
    };
    let (me, you) = (Uuid::now_v7(), Uuid::now_v7());
    assert_eq!(
        checkpoint::acquire(connection, &key, me, LONG).await.unwrap(),
        None,
        "not registered"
    );
    checkpoint::register(connection, &key, 1).await.unwrap();
    checkpoint::register(connection, &key, 1).await.unwrap();

    let mine = checkpoint::acquire(connection, &key, me, LONG)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(mine.position, Position::START);
    assert_eq!(
        checkpoint::acquire(connection, &key, you, LONG).await.unwrap(),
        None
    );
    let (zero, ten, twenty) = (Position::START, Position::new(10), Position::new(20));
    assert!(
        checkpoint::advance_in_tx(connection, &key, mine.fence, zero, ten)
            .await
            .unwrap()
    );
    assert!(
        !checkpoint::advance_in_tx(connection, &key, mine.fence, zero, twenty)
            .await
            .unwrap()
    );

    assert!(checkpoint::renew(connection, &key, &mine, OVER).await.unwrap());
    let yours = checkpoint::acquire(connection, &key, you, LONG)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(yours.position, ten);
    assert!(
        !checkpoint::advance_in_tx(connection, &key, mine.fence, ten, twenty)
            .await
            .unwrap()
    );
    assert!(!checkpoint::renew(connection, &key, &mine, LONG).await.unwrap());
    assert!(
        checkpoint::advance_in_tx(connection, &key, yours.fence, ten, twenty)
            .await
            .unwrap()
    );

    let why = serde_json::json!({"event": 21});
    assert!(
        checkpoint::stop(connection, &key, yours.fence, &why)
            .await
            .unwrap()
    );
    checkpoint::release(connection, &key, &yours).await.unwrap();
    let stands = checkpoint::read(connection, &key).await.unwrap().unwrap();
    assert_eq!(
        (stands.position, stands.status.as_str(), stands.owner),
        (twenty, "stopped", None)
    );
    assert_eq!(stands.error, Some(why));
}
