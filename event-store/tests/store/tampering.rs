//! Whoever owns the database can switch the triggers off. The chain tells where, even so.

use event_store::{
    Log, Position,
    audit::{Finding, VerifyError, Wrong, verify},
};
use serde_json::json;
use sqlx::Executor;
use uuid::Uuid;

use crate::support::{Store, nine_events, put, stream};

/// Nine events, then a change by the owner with all triggers off; what the verification finds.
async fn found_after(change: &str) -> Finding {
    let store = Store::fresh().await;
    nine_events(&store.log).await;
    assert_eq!(
        verify(&store.app, None, |_| ()).await.unwrap().head,
        Position::new(9)
    );
    let mut owner = store.owner.acquire().await.unwrap();
    owner
        .execute("set session_replication_role = replica")
        .await
        .unwrap();
    let changed = owner.execute(change).await.unwrap();
    assert!(changed.rows_affected() > 0, "{change} changed nothing");
    match verify(&store.app, None, |_| ()).await {
        Err(VerifyError::Broken(finding)) => finding,
        other => panic!("{change}: {other:?}"),
    }
}

pub(crate) fn at(position: i64, wrong: Wrong) -> (i64, Wrong) {
    (position, wrong)
}

pub(crate) async fn assert_found(change: &str, expected: (i64, Wrong)) {
    let finding = found_after(change).await;
    assert_eq!((finding.position.get(), finding.wrong), expected, "{change}");
}

#[tokio::test]
async fn an_untouched_log_is_whole() {
    let store = Store::fresh().await;
    let empty = verify(&store.app, None, |_| ()).await.unwrap();
    assert_eq!(
        (empty.head, empty.streams, empty.receipts),
        (Position::START, 0, 0)
    );
    nine_events(&store.log).await;
    // One that changed nothing has no events to answer for.
    store.log.record_noop(Uuid::now_v7(), [7; 32]).await.unwrap();
    let mut seen = Vec::new();
    let verified = verify(&store.app, None, |progress| {
        seen.push((progress.at.get(), progress.head.get()));
    })
    .await
    .unwrap();
    assert_eq!(
        (verified.head.get(), verified.streams, verified.receipts),
        (9, 3, 9)
    );
    assert_eq!(verified.recorded_at, store.all().await[8].recorded_at);
    assert_eq!(seen, [(9, 9)]);
}

#[tokio::test]
async fn any_changed_column_is_found() {
    for column in [
        "payload = jsonb_set(payload::jsonb, '{round}', '7')",
        "payload = payload::jsonb || '{\"new\": 1}'",
        // The same value, in other letters.
        "payload = payload::jsonb",
        // The second of two members counts for some readers, the first for others.
        "payload = replace(payload::text, '{', '{\"round\":7,')::json",
        "payload = '0.5'",
        "metadata = jsonb_set(metadata::jsonb, '{actor,id}', '\"SOMEONE_ELSE\"')",
        "event_type = 'NoteAddee'",
        "schema_version = 2",
        "event_id = gen_random_uuid()",
        "recorded_at = recorded_at + interval '1 microsecond'",
        "hash = set_byte(hash, 31, get_byte(hash, 31) # 1)",
    ] {
        assert_found(
            &format!("update es.event set {column} where position = 5"),
            at(5, Wrong::Altered),
        )
        .await;
    }
}

#[tokio::test]
async fn a_changed_version_or_stream_is_found() {
    let moved = at(
        5,
        Wrong::OutOfSequence {
            expected: 2,
            found: 7,
        },
    );
    assert_found("update es.event set version = 7 where position = 5", moved).await;
    let adopted = at(
        5,
        Wrong::OutOfSequence {
            expected: 1,
            found: 2,
        },
    );
    assert_found(
        "update es.event set stream_id = 'case-D4444DD' where position = 5",
        adopted,
    )
    .await;
}

#[tokio::test]
async fn a_dropped_event_is_found_wherever_it_stood() {
    for position in [1, 5, 9] {
        let change = format!("delete from es.event where position = {position}");
        assert_found(&change, at(position, Wrong::Missing)).await;
    }
    assert_found("delete from es.event where position >= 8", at(8, Wrong::Missing)).await;
    assert_found(
        "delete from es.event where stream_id = 'case-C3333CC'",
        at(3, Wrong::Missing),
    )
    .await;
}

#[tokio::test]
async fn a_dropped_end_is_found_even_when_the_head_is_set_back() {
    let dropped = "with gone as (delete from es.event where position = 9),
         last as (select recorded_at from es.event where position = 8)
         update es.head set position = 8, recorded_at = (select recorded_at from last)";
    assert_found(dropped, at(9, Wrong::StreamEnd)).await;
    let with_stream = "with gone as (delete from es.event where position = 9),
         stream as (update es.stream set version = 2, last_position = 6,
             tip = (select hash from es.event where position = 6) where stream_id = 'case-C3333CC')
         update es.head set position = 8, recorded_at = (select recorded_at from es.event where position = 8)";
    assert_found(with_stream, at(9, Wrong::Receipt)).await;
}

#[tokio::test]
async fn a_stream_that_was_forgotten_is_found() {
    assert_found(
        "delete from es.stream where stream_id = 'case-B2222BB'",
        at(8, Wrong::StreamEnd),
    )
    .await;
    assert_found(
        "update es.stream set version = 4 where stream_id = 'case-B2222BB'",
        at(8, Wrong::StreamEnd),
    )
    .await;
}

#[tokio::test]
async fn swapped_events_are_found() {
    // Within one stream the versions give it away, between streams the position inside the hash does.
    for (one, other) in [(2, 5), (1, 2)] {
        let change = format!(
            "with swapped as (
                 select e.position as target, o.* from es.event e
                 join es.event o on (e.position, o.position) in (({one}, {other}), ({other}, {one})))
             update es.event set stream_id = s.stream_id, version = s.version, event_id = s.event_id,
                 event_type = s.event_type, payload = s.payload, metadata = s.metadata,
                 recorded_at = s.recorded_at, hash = s.hash
             from swapped s where es.event.position = s.target"
        );
        let store = Store::fresh().await;
        nine_events(&store.log).await;
        let mut owner = store.owner.acquire().await.unwrap();
        // Unique indexes would refuse the swap row by row; an attacker drops them.
        owner
            .execute("set session_replication_role = replica; drop index es.event_0001_stream_version, es.event_0001_event_id")
            .await
            .unwrap();
        assert_eq!(owner.execute(change.as_str()).await.unwrap().rows_affected(), 2);
        let Err(VerifyError::Broken(finding)) = verify(&store.app, None, |_| ()).await else {
            panic!("not found")
        };
        assert_eq!(finding.position.get(), one);
    }
}

#[tokio::test]
async fn an_added_event_is_found() {
    let added = "insert into es.event
         select 10, stream_id, 4, gen_random_uuid(), event_type, schema_version, payload, metadata, recorded_at, hash
         from es.event where position = 9";
    assert_found(added, at(10, Wrong::BeyondHead)).await;
    let with_head = "with head as (update es.head set position = 10)
         insert into es.event
         select 10, stream_id, 4, gen_random_uuid(), event_type, schema_version, payload, metadata, recorded_at, hash
         from es.event where position = 9";
    assert_found(with_head, at(10, Wrong::Altered)).await;
}

#[tokio::test]
async fn a_forged_receipt_and_a_false_head_are_found() {
    assert_found(
        "update es.command set first_position = 3 where first_position = 4",
        at(3, Wrong::Receipt),
    )
    .await;
    assert_found(
        "update es.command set last_position = 12 where first_position = 4",
        at(4, Wrong::Receipt),
    )
    .await;
    assert_found(
        "update es.head set recorded_at = recorded_at + interval '1 s'",
        at(9, Wrong::HeadTime),
    )
    .await;
    assert_found("update es.head set position = 12", at(10, Wrong::Missing)).await;
    assert_found("delete from es.head", at(1, Wrong::BeyondHead)).await;
}

#[tokio::test]
async fn an_event_without_a_receipt_and_a_receipt_without_an_event_are_found() {
    for position in [1, 4, 9] {
        let change = format!("delete from es.command where first_position = {position}");
        assert_found(&change, at(position, Wrong::Receipt)).await;
    }
    for change in [
        "update es.command set command_id = gen_random_uuid() where first_position = 4",
        "update es.command set recorded_at = recorded_at + interval '1 s' where first_position = 4",
        "update es.command set last_position = 9223372036854775807 where first_position = 4",
        "with gone as (delete from es.command where first_position = 4)
         update es.command set last_position = 4 where first_position = 3",
        "insert into es.command (command_id, request_hash, first_position, last_position, recorded_at)
         select gen_random_uuid(), request_hash, first_position, last_position, recorded_at
         from es.command where first_position = 4",
    ] {
        let finding = found_after(change).await;
        let (position, wrong) = (finding.position.get(), finding.wrong);
        assert!((3..=4).contains(&position) && wrong == Wrong::Receipt, "{change}");
    }
}

#[tokio::test]
async fn a_second_event_at_a_position_is_found_there() {
    for position in [1, 5, 9] {
        let doubled = format!(
            "alter table es.event drop constraint event_pkey;
             drop index es.event_0001_stream_version, es.event_0001_event_id;
             insert into es.event select * from es.event where position = {position}"
        );
        assert_found(&doubled, at(position, Wrong::Surplus)).await;
    }
    let before_the_first = "create table es.event_others partition of es.event default;
         insert into es.event
         select 0, 'case-D4444DD', 1, gen_random_uuid(), event_type, schema_version, payload, metadata, recorded_at, hash
         from es.event where position = 1";
    assert_found(before_the_first, at(0, Wrong::Surplus)).await;
}

#[tokio::test]
async fn a_finding_says_what_and_where() {
    let finding = found_after("update es.event set payload = '1' where position = 5").await;
    let text = finding.to_string();
    assert!(text.starts_with("position 5 (case-B2222BB): "), "{text}");
}

#[tokio::test]
async fn whoever_waits_for_a_longer_log_hears_how_far_it_is() {
    let store = Store::fresh().await;
    let mut bulk = crate::support::request(vec![]);
    bulk.writes = vec![crate::support::write(
        &stream("bulk"),
        event_store::Expected::Any,
        (0..4500).map(|n| json!({"n": n})),
    )];
    store.log.append(bulk).await.unwrap();
    put(&store.log, &stream("other"), json!(1)).await;
    let mut reports = 0;
    let verified = verify(&store.app, None, |_| reports += 1).await.unwrap();
    assert_eq!((verified.head, reports), (store.log.head().await.unwrap(), 3));
}
