//! 'As of a time' as a position: recorded times never run backwards, so a time cuts the log in exactly one place.

use chrono::{DateTime, Utc};
use sqlx::PgPool;

use crate::{Position, read::head_watch::read_head};

/// The last position recorded at or before this time; halves the log some 25 times instead of indexing every event by time.
pub(crate) async fn position_at(pool: &PgPool, time: DateTime<Utc>) -> Result<Position, sqlx::Error> {
    let (mut at_or_before, mut end) = (0_i64, read_head(pool).await?.get());
    while at_or_before < end {
        // Upwards, so that the middle is always a position that is still in question.
        let middle = at_or_before
            .midpoint(end.saturating_add(1))
            .max(at_or_before.saturating_add(1));
        let recorded_at: DateTime<Utc> =
            sqlx::query_scalar("select recorded_at from es.event where position = $1")
                .bind(middle)
                .fetch_one(pool)
                .await?;
        if recorded_at <= time {
            at_or_before = middle;
        } else {
            end = middle.saturating_sub(1);
        }
    }
    Ok(Position::new(at_or_before))
}
