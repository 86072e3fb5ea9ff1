//! What a read by stream costs does not grow with the log.

use event_store::{Expected, Log};
use serde_json::json;
use sqlx::PgPool;
use tokio::time::{Duration, interval, timeout};

use crate::support::{Store, request, stream, write};

const STREAMS: usize = 400;
const READS: i64 = 50;

#[tokio::test]
async fn a_read_by_stream_does_not_walk_the_log() {
    let store = Store::fresh().await;
    for part in 0..8 {
        let writes = (0..STREAMS)
            .filter(|n| n % 8 == part)
            .map(|n| write(&stream(n), Expected::Any, [json!({}), json!({}), json!({})]))
            .collect();
        store.log.append(request(writes)).await.unwrap();
    }
    for n in 0..READS {
        let past = store.log.read_streams(&[stream(n)]).await.unwrap();
        assert_eq!(past.len(), 3);
    }

    // The database tells what its indexes were used for with a delay.
    let told = async {
        let mut looks = interval(Duration::from_millis(100));
        while entries_read(&store.owner, "event_0001_stream_version").await < 3 * READS {
            looks.tick().await;
        }
    };
    timeout(Duration::from_secs(30), told).await.unwrap();
    let by_position = entries_read(&store.owner, "event_0001_pkey").await;
    assert!(by_position < 3 * READS, "{by_position} positions were walked");
}

async fn entries_read(owner: &PgPool, index: &str) -> i64 {
    sqlx::query_scalar("select idx_tup_read from pg_stat_user_indexes where indexrelname = $1")
        .bind(index)
        .fetch_one(owner)
        .await
        .unwrap()
}
