//! Erasure of a person in the read models: their rows are folded again from a log that no longer holds their data.

use std::time::Duration;

use event_store::{Lease, Log, Position, StreamId};
use sqlx::PgPool;
use tokio::{sync::watch, time::Instant};

use crate::{
    BuildStatus, Model, ReadModelError, Source,
    engine::{
        checkpoints::{self, Checkpoint},
        rebuild::{RebuildError, drop_build},
        row::Row,
        table::{self, RowBatch},
    },
    envelope::{RowKey, SerializedEnvelope},
    models::for_model,
};

/// Rows folded again in one transaction.
const BATCH: usize = 100;

/// The longest delay when this replica misses the announcement of an erasure.
const LONGEST_DELAY: Duration = Duration::from_mins(1);

/// The times at which to look for erased people.
pub(crate) struct Erasures {
    announcements: watch::Receiver<u64>,
    next: Instant,
}

impl Erasures {
    /// Due at once, because nobody looks while nobody folds.
    pub(crate) fn new(announcements: watch::Receiver<u64>) -> Self {
        Self {
            announcements,
            next: Instant::now(),
        }
    }

    /// Whether it is time to look. After true, the next look is due after an announcement or a minute.
    pub(crate) fn are_due(&mut self) -> bool {
        let now = Instant::now();
        let due = self.announcements.has_changed().unwrap_or(false) || now >= self.next;
        if due {
            self.announcements.mark_unchanged();
            self.next = now.checked_add(LONGEST_DELAY).unwrap_or(now);
        }
        due
    }

    /// Returns when an erasure is announced; never when the log cannot erase.
    pub(crate) async fn announced(&mut self) {
        match self.announcements.changed().await {
            Ok(()) => self.announcements.mark_changed(),
            Err(_) => std::future::pending().await,
        }
    }
}

/// Folds the rows of erased people again in every build that is kept, and returns their number. An unfinished build
/// is treated once it is shown; an abandoned one is dropped.
pub(crate) async fn forget_erased(
    pool: &PgPool,
    log: &dyn Source,
    lease: &Lease,
) -> Result<usize, ReadModelError> {
    let mut forgotten = 0_usize;
    for build in checkpoints::status(pool).await? {
        if build.status == BuildStatus::Building {
            if build.abandoned {
                drop_abandoned(pool, build.model, build.build).await?;
            }
            continue;
        }
        let checkpoint = Checkpoint {
            model: build.model,
            build: build.build,
            position: build.position,
        };
        let rows = for_model!(checkpoint.model, R => forget_in::<R>(pool, log, lease, checkpoint).await?);
        forgotten = forgotten.saturating_add(rows);
    }
    Ok(forgotten)
}

async fn drop_abandoned(pool: &PgPool, model: Model, build: i32) -> Result<(), ReadModelError> {
    tracing::warn!(%model, build, "a rebuild that broke off left a build, which is dropped");
    match drop_build(pool, model, build).await {
        // Its process reports again, or another one dropped it first.
        Ok(()) | Err(RebuildError::NoSuchBuild { .. }) => Ok(()),
        Err(error) => Err(ReadModelError::Unavailable(error.to_string().into())),
    }
}

async fn forget_in<R: Row>(
    pool: &PgPool,
    log: &dyn Source,
    lease: &Lease,
    checkpoint: Checkpoint,
) -> Result<usize, ReadModelError> {
    let outdated = table::outdated_by_erasure::<R>(&mut *pool.acquire().await?, checkpoint.build).await?;
    for keys in outdated.chunks(BATCH) {
        let mut rows: Vec<R> = Vec::new();
        for key in keys {
            rows.extend(folded_again(log, *key, checkpoint.position).await?);
        }
        let mut transaction = pool.begin().await?;
        if checkpoints::hold_in_tx(&mut transaction, &checkpoint, lease.fence).await? {
            let rows = RowBatch::whole(checkpoint.build, &rows.iter().collect::<Vec<_>>());
            let rows = rows.map_err(|_| ReadModelError::Damaged("a row of a read model".into()))?;
            table::store(&mut transaction, rows).await?;
            transaction.commit().await?;
        }
    }
    Ok(outdated.len())
}

/// The row that the log leads to, up to a position.
async fn folded_again<R: Row>(
    log: &dyn Source,
    key: RowKey,
    up_to: Position,
) -> Result<Option<R>, ReadModelError> {
    let streams: Vec<StreamId> = R::CATEGORIES
        .iter()
        .map(|category| StreamId::new(category, key))
        .collect();
    let mut events = Log::read_streams(log, &streams).await?;
    events.retain(|event| event.position <= up_to);
    events.sort_unstable_by_key(|event| event.position);
    let mut row = R::empty(key);
    for event in &events {
        if let (Some(row), Some(envelope)) = (&mut row, SerializedEnvelope::from(event).envelope()?) {
            row.fold(&envelope);
        }
    }
    Ok(row)
}
