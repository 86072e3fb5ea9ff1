//! One pass over all events, in order.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use super::{Finding, Progress, VerifyError, Wrong};
use crate::{
    Position, RecordedEvent, StreamId,
    chain::{Content, Hash, ORIGIN, link},
    row::{event_columns, recorded},
};

const PAGE: i64 = 2000;
const SELECT: &str = concat!(
    "select ",
    event_columns!(),
    " from es.event where position > $1 order by position limit $2"
);

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
    mut progress: impl FnMut(Progress),
) -> Result<Walked, VerifyError> {
    let mut walked = Walked::default();
    loop {
        let rows = sqlx::query(SELECT)
            .bind(walked.last.get())
            .bind(PAGE)
            .fetch_all(&mut *transaction)
            .await?;
        if rows.is_empty() {
            return Ok(walked);
        }
        for row in &rows {
            let event = recorded(row)?;
            walked.step(&event, head).map_err(VerifyError::Broken)?;
        }
        progress(Progress {
            at: walked.last,
            head,
        });
    }
}

impl Walked {
    fn step(&mut self, event: &RecordedEvent, head: Position) -> Result<(), Finding> {
        let due = self.last.plus(1);
        let wrong = |wrong| Err(Finding::new(event.position, Some(&event.stream), wrong));
        if event.position != due {
            // The stream of an event that is not there is nobody's guess.
            return Err(Finding::new(due, None, Wrong::Missing));
        }
        if event.position > head {
            return wrong(Wrong::BeyondHead);
        }
        let (expected, previous) = self
            .tips
            .get(&event.stream)
            .map_or((1, ORIGIN), |end| (end.version.saturating_add(1), end.hash));
        if event.version != expected {
            return wrong(Wrong::OutOfSequence {
                expected,
                found: event.version,
            });
        }
        if rehash(event, &previous) != event.hash {
            return wrong(Wrong::Altered);
        }
        if event.recorded_at < self.recorded_at {
            return wrong(Wrong::TimeRunsBackwards);
        }
        self.last = event.position;
        self.recorded_at = event.recorded_at;
        let end = End {
            version: event.version,
            position: event.position,
            hash: event.hash,
        };
        self.tips.insert(event.stream.clone(), end);
        Ok(())
    }
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
