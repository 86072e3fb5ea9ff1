//! The ends of the log against what is kept about them: the head, the streams, the receipts.

use chrono::{DateTime, Utc};
use futures::TryStreamExt;
use sqlx::{PgConnection, Row};

use super::{
    Finding, VerifyError, Wrong,
    walk::{End, Walked},
};
use crate::{
    Position, StreamId,
    statement::{hash, stream_id, unsigned},
};

/// Nothing is missing behind the last event.
pub(super) fn check_head(
    walked: &Walked,
    head: Position,
    recorded_at: DateTime<Utc>,
) -> Result<(), VerifyError> {
    let wrong = match walked.last {
        last if last < head => Finding::new(last.plus(1), None, Wrong::Missing),
        last if last > Position::START && walked.recorded_at != recorded_at => {
            Finding::new(last, None, Wrong::HeadTime)
        }
        _ => return Ok(()),
    };
    Err(VerifyError::Broken(wrong))
}

/// Every stream ends where `es.stream` says. Of several that do not, the one that goes wrong first is reported.
pub(super) async fn check_streams(
    transaction: &mut PgConnection,
    walked: Walked,
) -> Result<u64, VerifyError> {
    let Walked { mut tips, last, .. } = walked;
    let streams = u64::try_from(tips.len()).unwrap_or(u64::MAX);
    let mut first: Option<Finding> = None;
    let mut note = |position: Position, stream: &StreamId| {
        if first.as_ref().is_none_or(|first| position < first.position) {
            first = Some(Finding::new(position, Some(stream), Wrong::StreamEnd));
        }
    };
    let mut rows =
        sqlx::query("select stream_id, version, last_position, tip from es.stream").fetch(transaction);
    while let Some(row) = rows.try_next().await? {
        let stream = stream_id(row.try_get(0)?)?;
        let kept = End {
            version: unsigned(row.try_get(1)?),
            position: Position::new(row.try_get(2)?),
            hash: hash(row.try_get(3)?)?,
        };
        match tips.remove(&stream) {
            Some(end) if end == kept => {}
            // What is known of but not there was cut off the end.
            other => {
                let end = other.map_or(Position::START, |end| end.position);
                note(kept.position.max(end).min(last.plus(1)), &stream);
            }
        }
    }
    for (stream, end) in &tips {
        note(end.position, stream);
    }
    first.map_or(Ok(streams), |finding| Err(VerifyError::Broken(finding)))
}

/// Every receipt names events of its own command.
pub(super) async fn check_receipts(
    transaction: &mut PgConnection,
    head: Position,
) -> Result<u64, VerifyError> {
    let (receipts, first_wrong): (i64, Option<i64>) = sqlx::query_as(include_str!("../sql/receipts.sql"))
        .bind(head.get())
        .fetch_one(transaction)
        .await?;
    match first_wrong {
        None => Ok(unsigned(receipts)),
        Some(position) => Err(VerifyError::Broken(Finding::new(
            Position::new(position),
            None,
            Wrong::Receipt,
        ))),
    }
}
