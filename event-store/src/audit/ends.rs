//! The ends of the log against what is kept about them: the head, the streams, the receipts.

use chrono::{DateTime, Utc};
use futures::TryStreamExt;
use sqlx::{PgConnection, Row, postgres::PgRow};

use super::{
    Finding, VerifyError, Wrong,
    walk::{End, Walked},
};
use crate::{
    Position, StreamId,
    append::statement::{hash, stream_id, unsigned},
};

/// Nothing is missing behind the last event.
pub(super) fn check_head(
    walked: &Walked,
    head: Position,
    recorded_at: Option<DateTime<Utc>>,
) -> Result<(), VerifyError> {
    let wrong = match walked.last {
        last if last < head => Finding::new(last.plus(1), None, Wrong::Missing),
        last if recorded_at != Some(walked.recorded_at) => Finding::new(last, None, Wrong::HeadTime),
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
    let mut note = |position: Position, stream: Option<&StreamId>| {
        if first.as_ref().is_none_or(|first| position < first.position) {
            first = Some(Finding::new(position, stream, Wrong::StreamEnd));
        }
    };
    let mut rows = sqlx::query("select stream_id, version, last_position, tip, category from es.stream")
        .fetch(transaction);
    while let Some(row) = rows.try_next().await? {
        let stream = row.try_get(0).and_then(stream_id).ok();
        let end = stream.as_ref().and_then(|stream| tips.remove(stream));
        let kept = stream
            .as_ref()
            .and_then(|stream| kept_end(&row, stream).ok().flatten());
        if end.is_none() || kept != end {
            // What is known of but not there was cut off the end.
            let known = row.try_get(2).map_or(last.plus(1), Position::new);
            let end = end.map_or(Position::START, |end| end.position);
            note(known.max(end).min(last.plus(1)), stream.as_ref());
        }
    }
    for (stream, end) in &tips {
        note(end.position, Some(stream));
    }
    first.map_or(Ok(streams), |finding| Err(VerifyError::Broken(finding)))
}

/// The end that is kept of a stream, under the category that its name says.
fn kept_end(row: &PgRow, stream: &StreamId) -> Result<Option<End>, sqlx::Error> {
    let end = End {
        version: unsigned(row.try_get(1)?),
        position: Position::new(row.try_get(2)?),
        hash: hash(row.try_get(3)?)?,
    };
    let category: &str = row.try_get(4)?;
    Ok((category == stream.category()).then_some(end))
}

/// Every event has the receipt of its command, and no receipt names another's.
pub(super) async fn check_receipts(
    transaction: &mut PgConnection,
    head: Position,
) -> Result<u64, VerifyError> {
    let (receipts, first_wrong): (i64, Option<i64>) = sqlx::query_as(include_str!("receipts.sql"))
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
