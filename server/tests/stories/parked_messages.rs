//! What an operator sees of a parked message, and does about it.

use sqlx::{Connection, PgConnection};

use crate::command_line::on_a_fresh_database;

const PARKED: &str = "
    insert into es.inbox_message (queue, message_id, deduplication_id, event_type, state, reason, body)
    values ('inbound', 'm-17', 'm-17', 'prisoner-offender-search.prisoner.released', 'parked', 'it is cut off', '{')";

#[tokio::test]
async fn a_parked_message_is_shown_by_its_number_and_is_not_retried_while_it_is_not_understood() {
    let place = on_a_fresh_database(&[]).await;
    let mut owner = PgConnection::connect(&place.setting("DATABASE_URL"))
        .await
        .unwrap();
    sqlx::query(PARKED).execute(&mut owner).await.unwrap();

    let status = place.run("inbox status").told;
    assert!(status.contains("; 1 message is parked, "), "{status}");
    let advice = place.run("doctor").told;
    assert!(advice.contains("-> 1 message is parked: "), "{advice}");
    let line = place.run("inbox parked").told;
    assert!(line.starts_with("number 1\t"), "{line}");
    assert_eq!(place.run("inbox body 1").told.trim(), "{");

    let retried = place.run("inbox retry 1");
    assert_eq!(retried.code, 1, "{}", retried.complained);
    assert!(
        retried.complained.contains("still not understood"),
        "{}",
        retried.complained
    );
    let absent = place.run("inbox retry 2");
    assert_eq!(absent.code, 1, "{}", absent.complained);
    for words in [
        "inbox body m-17",
        "inbox retry m-17",
        "inbox discard m-17 --reason asked",
    ] {
        let refused = place.run(words);
        assert_eq!(refused.code, 2, "{words}");
        assert!(
            refused.complained.contains("the number at the front"),
            "{}",
            refused.complained
        );
    }
}
