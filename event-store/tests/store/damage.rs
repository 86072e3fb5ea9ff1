//! What cannot be read is wrong where it stands, and nobody trips over it.

use event_store::{
    Log, Position, ReadError,
    audit::{Wrong, verify},
};
use sqlx::Executor;

use crate::{
    support::{Store, nine_events},
    tampering::{assert_found, at},
};

/// Bytes as the text, and numbers as the times, that a flipped bit makes of them.
const FLIPPED: &str = "create cast (bytea as text) without function;
    create cast (bytea as json) without function;
    create cast (bigint as timestamptz) without function;";

#[tokio::test]
async fn an_event_that_cannot_be_read_is_found_where_it_stands() {
    for column in [
        "stream_id = 'caseXB2222BB'",
        r"stream_id = '\x636173652dff'::bytea::text",
        r"event_type = '\xff'::bytea::text",
        r"payload = '\x22ff22'::bytea::json",
        r"metadata = '\x22ff22'::bytea::json",
        "recorded_at = 'infinity'",
        "recorded_at = '-infinity'",
        "recorded_at = (-9000000000000000000)::bigint::timestamptz",
        "recorded_at = 9000000000000000000::bigint::timestamptz",
    ] {
        let change = format!("{FLIPPED} update es.event set {column} where position = 5");
        assert_found(&change, at(5, Wrong::Unreadable)).await;
    }
    let short = r"alter table es.event drop constraint event_hash_check;
        update es.event set hash = '\x00' where position = 5";
    assert_found(short, at(5, Wrong::Unreadable)).await;
    let nothing = "alter table es.event alter payload drop not null;
        update es.event set payload = null where position = 5";
    assert_found(nothing, at(5, Wrong::Unreadable)).await;
}

#[tokio::test]
async fn an_event_that_the_database_cannot_read_is_found_where_it_stands() {
    let broken = "alter table es.event rename to event_beneath;
        create view es.event as
        select position, stream_id, version, event_id, event_type, schema_version,
            case position when 5 then (1 / (position - 5))::text::json else payload end as payload,
            metadata, recorded_at, hash
        from es.event_beneath;
        grant select on es.event to allocations_app;
        update es.event_beneath set payload = payload where position = 5";
    assert_found(broken, at(5, Wrong::Unreadable)).await;
}

#[tokio::test]
async fn ends_that_cannot_be_read_are_found() {
    for change in [
        "update es.stream set stream_id = 'caseXB2222BB' where stream_id = 'case-B2222BB'",
        "update es.stream set category = 'casf' where stream_id = 'case-B2222BB'",
        r"alter table es.stream drop constraint stream_tip_check;
          update es.stream set tip = '\x00' where stream_id = 'case-B2222BB'",
    ] {
        assert_found(change, at(8, Wrong::StreamEnd)).await;
    }
    for time in ["'infinity'", "(-9000000000000000000)::bigint::timestamptz"] {
        let change = format!("{FLIPPED} update es.head set recorded_at = {time}");
        assert_found(&change, at(9, Wrong::HeadTime)).await;
    }
}

#[tokio::test]
async fn a_time_that_is_in_no_calendar_fails_its_reader_and_nobody_else() {
    let store = Store::fresh().await;
    nine_events(&store.log).await;
    let mut owner = store.owner.acquire().await.unwrap();
    owner
        .execute(
            "set session_replication_role = replica;
             update es.event set recorded_at = 'infinity' where position = 9",
        )
        .await
        .unwrap();
    let unreadable = store.log.read_after(Position::new(8), 10).await;
    assert!(
        matches!(unreadable, Err(ReadError::Unavailable(_))),
        "{unreadable:?}"
    );
    assert_eq!(store.log.read_after(Position::START, 8).await.unwrap().len(), 8);
    assert!(verify(&store.app, None, |_| ()).await.is_err());
}
