//! One pass over all events, in order.

use std::{cmp::Ordering, collections::HashMap};

use chrono::{DateTime, Utc};
use futures::TryStreamExt;
use sqlx::{PgConnection, Row, postgres::PgRow};

use super::{Finding, Progress, VerifyError, Wrong, keys::Keys};
use crate::{
    Position, RecordedEvent, StreamId,
    append::statement::stream_id,
    chain::{Content, Hash, ORIGIN, link},
    read::row::{event_columns, recorded},
};

/// How many events lie between two reports of progress.
const STRIDE: i64 = 2000;

/// All of them, wherever they claim to stand: a row that a page's bounds leave out would be a row that nobody looks at.
const SELECT: &str = concat!("select ", event_columns!(), " from es.event order by position");

/// Where a stream ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct End {
    pub(super) version: u64,
    pub(super) position: Position,
    pub(super) hash: Hash,
}

/// What is left after the pass.
#[derive(Debug, Default)]
pub(super) struct Walked {
    pub(super) last: Position,
    pub(super) recorded_at: DateTime<Utc>,
    pub(super) tips: HashMap<StreamId, End>,
}

pub(super) async fn walk(
    transaction: &mut PgConnection,
    head: Position,
    keys: &Keys,
    mut progress: impl FnMut(Progress),
) -> Result<Walked, VerifyError> {
    let mut walked = Walked::default();
    let mut rows = sqlx::query(SELECT).fetch(transaction);
    loop {
        match rows.try_next().await {
            Ok(Some(row)) => walked.step(&row, head, keys).map_err(VerifyError::Broken)?,
            Ok(None) => break,
            // What comes before it has arrived, so the next one it is.
            Err(error) if is_damage(&error) => {
                let next = Finding::new(walked.last.plus(1), None, Wrong::Unreadable);
                return Err(VerifyError::Broken(next));
            }
            Err(error) => return Err(error.into()),
        }
        let at = walked.last;
        if at.get() % STRIDE == 0 {
            progress(Progress { at, head });
        }
    }
    progress(Progress {
        at: walked.last,
        head,
    });
    Ok(walked)
}

impl Walked {
    fn step(&mut self, row: &PgRow, head: Position, keys: &Keys) -> Result<(), Finding> {
        let due = self.last.plus(1);
        let position = row.try_get(0).map_or(due, Position::new);
        let wrong = |wrong| {
            let stream = row.try_get(1).and_then(stream_id).ok();
            Finding::new(position, stream.as_ref(), wrong)
        };
        match position.cmp(&due) {
            // The stream of an event that is not there is nobody's guess.
            Ordering::Greater => return Err(Finding::new(due, None, Wrong::Missing)),
            Ordering::Less => return Err(wrong(Wrong::Surplus)),
            Ordering::Equal if position > head => return Err(wrong(Wrong::BeyondHead)),
            Ordering::Equal => {}
        }
        let event = recorded(row).map_err(|_| wrong(Wrong::Unreadable))?;
        self.check(&event).map_err(wrong)?;
        keys.check(&event.payload).map_err(wrong)?;
        self.last = event.position;
        self.recorded_at = event.recorded_at;
        let end = End {
            version: event.version,
            position: event.position,
            hash: event.hash,
        };
        self.tips.insert(event.stream, end);
        Ok(())
    }

    /// Whether the event follows those before it.
    fn check(&self, event: &RecordedEvent) -> Result<(), Wrong> {
        let (expected, previous) = self
            .tips
            .get(&event.stream)
            .map_or((1, ORIGIN), |end| (end.version.saturating_add(1), end.hash));
        if event.version != expected {
            return Err(Wrong::OutOfSequence {
                expected,
                found: event.version,
            });
        }
        if rehash(event, &previous) != event.hash {
            return Err(Wrong::Altered);
        }
        if event.recorded_at < self.recorded_at {
            return Err(Wrong::TimeRunsBackwards);
        }
        Ok(())
    }
}

/// Whether the database itself cannot make sense of what it holds; other failures may pass.
fn is_damage(error: &sqlx::Error) -> bool {
    let code = error
        .as_database_error()
        .and_then(sqlx::error::DatabaseError::code);
    code.is_some_and(|code| matches!(code.get(..2), Some("22" | "XX")))
}

/// The hash that the event should have: over the letters that are there, which are those that were hashed.
fn rehash(event: &RecordedEvent, previous: &Hash) -> Hash {
    let content = Content {
        stream: &event.stream,
        event_id: event.event_id,
        event_type: &event.event_type,
        schema_version: event.schema_version,
        payload: &event.payload,
        metadata: &event.metadata,
    }
    .digest();
    link(
        previous,
        event.position,
        event.version,
        event.recorded_at,
        &content,
    )
}
