//! What the read models know of an erased person: their rows are folded anew from a log that no longer tells it.

use std::time::Duration;

use event_store::{Lease, Log, Position, StreamId};
use sqlx::PgPool;
use tokio::{sync::watch, time::Instant};

use crate::{
    BuildStatus, Model, ReadModelError, Source,
    allocation::AllocationRow,
    case::CaseRow,
    checkpoint::{self, Mark},
    fact::Subject,
    model::Row,
    past::entry,
    pom::PomRow,
    rebuild::{RebuildError, drop_build},
    table::{self, Rows},
};

/// Rows folded anew in one transaction.
const AT_ONCE: usize = 100;

/// Erasures are announced to all replicas; this bounds the case that one does not hear of it.
const UNHEARD: Duration = Duration::from_mins(1);

/// When to look for people who were erased.
pub(crate) struct Erasures {
    told: watch::Receiver<u64>,
    next: Instant,
}

impl Erasures {
    /// Due at once: nobody may have looked while nobody folded.
    pub(crate) fn new(told: watch::Receiver<u64>) -> Self {
        Self {
            told,
            next: Instant::now(),
        }
    }

    /// Whether it is time to look; asked once for each look.
    pub(crate) fn are_due(&mut self) -> bool {
        let now = Instant::now();
        let due = self.told.has_changed().unwrap_or(false) || now >= self.next;
        if due {
            self.told.mark_unchanged();
            self.next = now.checked_add(UNHEARD).unwrap_or(now);
        }
        due
    }

    /// Returns when there is something to look for; never when the log cannot erase.
    pub(crate) async fn heard(&mut self) {
        match self.told.changed().await {
            Ok(()) => self.told.mark_changed(),
            Err(_) => std::future::pending().await,
        }
    }
}

/// Folds the rows of erased people anew, in every build that is kept; how many there were. A build in the making is
/// looked at once it is shown; one that nobody will ever show is thrown away.
pub(crate) async fn forget_erased(
    pool: &PgPool,
    log: &dyn Source,
    lease: &Lease,
) -> Result<usize, ReadModelError> {
    let mut forgotten = 0_usize;
    for build in checkpoint::status(pool).await? {
        if build.status == BuildStatus::Building {
            if build.abandoned {
                drop_abandoned(pool, build.model, build.build).await?;
            }
            continue;
        }
        let mark = Mark {
            model: build.model,
            build: build.build,
            position: build.position,
        };
        let rows = match mark.model {
            Model::Cases => forget_in::<CaseRow>(pool, log, lease, mark).await?,
            Model::Allocations => forget_in::<AllocationRow>(pool, log, lease, mark).await?,
            Model::Poms => forget_in::<PomRow>(pool, log, lease, mark).await?,
        };
        forgotten = forgotten.saturating_add(rows);
    }
    Ok(forgotten)
}

async fn drop_abandoned(pool: &PgPool, model: Model, build: i32) -> Result<(), ReadModelError> {
    tracing::warn!(%model, build, "a rebuild that broke off left a build, which is dropped");
    match drop_build(pool, model, build).await {
        // Its maker gives signs of life again, or somebody else was quicker.
        Ok(()) | Err(RebuildError::NoSuchBuild { .. }) => Ok(()),
        Err(error) => Err(ReadModelError::Unavailable(error.to_string().into())),
    }
}

async fn forget_in<R: Row>(
    pool: &PgPool,
    log: &dyn Source,
    lease: &Lease,
    mark: Mark,
) -> Result<usize, ReadModelError> {
    let outdated = table::outdated_by_erasure::<R>(&mut *pool.acquire().await?, mark.build).await?;
    for subjects in outdated.chunks(AT_ONCE) {
        let mut rows: Vec<R> = Vec::new();
        for subject in subjects {
            rows.extend(folded_anew(log, *subject, mark.position).await?);
        }
        let mut transaction = pool.begin().await?;
        if checkpoint::hold_in_tx(&mut transaction, &mark, lease.fence).await? {
            let rows = Rows::whole(mark.build, &rows.iter().collect::<Vec<_>>());
            let rows = rows.map_err(|_| ReadModelError::Damaged("a row of a read model".into()))?;
            table::store(&mut transaction, rows).await?;
            transaction.commit().await?;
        }
    }
    Ok(outdated.len())
}

/// The row that the log leads to by now, up to a position.
async fn folded_anew<R: Row>(
    log: &dyn Source,
    subject: Subject,
    up_to: Position,
) -> Result<Option<R>, ReadModelError> {
    let streams: Vec<StreamId> = R::CATEGORIES
        .iter()
        .map(|category| StreamId::new(category, subject))
        .collect();
    let mut events = Log::read_streams(log, &streams).await?;
    events.retain(|event| event.position <= up_to);
    events.sort_unstable_by_key(|event| event.position);
    let mut row = R::empty(subject);
    for event in &events {
        if let (Some(row), Some(entry)) = (&mut row, entry(event)?) {
            row.fold(&entry);
        }
    }
    Ok(row)
}
