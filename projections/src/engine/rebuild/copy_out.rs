//! Reads the log once: one connection copies it out in order, and each worker folds its share of the keys.

use std::{
    hash::{DefaultHasher, Hash, Hasher},
    sync::Arc,
};

use event_store::{AllKeys, Log, Position, PostgresLog, sql};
use futures::TryStreamExt;
use sqlx::{Connection, Executor};
use tokio::{sync::mpsc, task::JoinHandle};

use super::{
    RebuildError, RebuildOptions, RebuildPhase, RebuildProgress,
    partitions::Partition,
    tuples::{COLUMNS, Cutter, EventTuple, Malformed},
};
use crate::{
    Model, ReadModelError,
    envelope::{ALLOCATION, CASE, POM, PRISONER, SerializedEnvelope},
};

/// Events handed to a worker at once.
const HANDFUL: usize = 256;
/// Handfuls that may wait for a worker: enough to keep it busy, and few enough for little memory.
const QUEUE: usize = 8;
/// Events between two reports of progress.
const REPORT_EVERY: u64 = 10_000;

/// The whole log, folded.
pub(super) struct FoldedLog {
    pub(super) partitions: Vec<Partition>,
    /// The last position that was folded.
    pub(super) position: Position,
    pub(super) events: u64,
}

/// Folds everything up to the present head.
pub(super) async fn fold_log(
    log: &PostgresLog,
    models: &[Model],
    options: RebuildOptions<'_>,
) -> Result<FoldedLog, RebuildError> {
    let head = log.head().await?;
    // Read after the head, so that every event up to it has its key here.
    let keys = Arc::new(log.keyring().preload().await?);
    let workers: Vec<Worker> = (0..options.workers.max(1))
        .map(|_| Worker::start(models.to_vec(), keys.clone()))
        .collect();
    drop(keys);
    let read = deal(log, head, &workers, options).await;
    let mut partitions = Vec::with_capacity(workers.len());
    for worker in workers {
        partitions.push(worker.finish().await?);
    }
    Ok(FoldedLog {
        partitions,
        position: head,
        events: read?,
    })
}

struct Worker {
    events: mpsc::Sender<Vec<EventTuple>>,
    task: JoinHandle<Result<Partition, RebuildError>>,
}

impl Worker {
    fn start(models: Vec<Model>, keys: Arc<AllKeys>) -> Self {
        let (events, mut queue) = mpsc::channel::<Vec<EventTuple>>(QUEUE);
        let task = tokio::task::spawn_blocking(move || {
            let mut partition = Partition::new(&models);
            while let Some(handful) = queue.blocking_recv() {
                for tuple in &handful {
                    take_in(&mut partition, &keys, tuple)?;
                }
            }
            Ok(partition)
        });
        Self { events, task }
    }

    async fn finish(self) -> Result<Partition, RebuildError> {
        drop(self.events);
        self.task
            .await
            .map_err(|_| RebuildError::Unavailable("a worker ended abnormally".into()))?
    }
}

fn take_in(partition: &mut Partition, keys: &AllKeys, tuple: &EventTuple) -> Result<(), RebuildError> {
    let Some(sealed) = tuple.event()? else {
        return Ok(());
    };
    let payload = keys.open_payload(sealed.payload);
    let opened = SerializedEnvelope {
        payload: &payload,
        ..sealed
    };
    if let Some(envelope) = opened.envelope()? {
        partition.fold(&envelope);
    }
    Ok(())
}

/// Reads the log in order, deals its events out to the workers and returns their number.
async fn deal(
    log: &PostgresLog,
    head: Position,
    workers: &[Worker],
    options: RebuildOptions<'_>,
) -> Result<u64, RebuildError> {
    // A detached connection: when the rebuild is given up, closing it is the only quick way to end the copy.
    let mut connection = log.pool().acquire().await?.detach();
    // Reading the whole log may take longer than the usual limit.
    connection.execute("set statement_timeout = 0").await?;
    let mut stream = connection.copy_out_raw(&statement(head)).await?;
    let mut cutter = Cutter::default();
    let mut hands: Vec<Vec<EventTuple>> = workers.iter().map(|_| Vec::with_capacity(HANDFUL)).collect();
    let mut last = Position::START;
    let mut read = 0_u64;
    let total = u64::try_from(head.get()).unwrap_or_default();
    while let Some(chunk) = stream.try_next().await? {
        let mut tuples = Vec::new();
        cutter.cut(&chunk, |tuple| tuples.push(tuple))?;
        for tuple in tuples {
            let (position, stream_id) = tuple.address()?;
            if position != last.plus(1) {
                return Err(RebuildError::Damaged(last));
            }
            last = position;
            read = read.saturating_add(1);
            let share = share_of(stream_id, workers.len());
            let (Some(hand), Some(worker)) = (hands.get_mut(share), workers.get(share)) else {
                continue;
            };
            hand.push(tuple);
            if hand.len() >= HANDFUL {
                let full = std::mem::replace(hand, Vec::with_capacity(HANDFUL));
                if worker.events.send(full).await.is_err() {
                    // The worker has failed; its result says why.
                    return Ok(read);
                }
            }
            if read.is_multiple_of(REPORT_EVERY) {
                (options.progress)(RebuildProgress {
                    phase: RebuildPhase::Folding,
                    done: read,
                    total,
                });
            }
        }
    }
    for (hand, worker) in hands.into_iter().zip(workers) {
        worker.events.send(hand).await.unwrap_or_default();
    }
    drop(stream);
    connection.close().await?;
    if last == head {
        Ok(read)
    } else {
        Err(RebuildError::Damaged(last))
    }
}

fn statement(head: Position) -> String {
    let folded = [ALLOCATION, PRISONER, CASE, POM]
        .map(|category| format!("'{category}'"))
        .join(", ");
    let columns = format!(
        "{COLUMNS}, case when split_part(stream_id, '-', 1) in ({folded}) then payload end,
         case when stream_id like '{ALLOCATION}-%' then metadata end"
    );
    sql::copy_events(&columns, head)
}

/// The worker of a stream. Streams with the same key have the same worker.
fn share_of(stream: &str, shares: usize) -> usize {
    let key = stream.split_once('-').map_or(stream, |(_, key)| key);
    let mut hasher = DefaultHasher::new();
    key.hash(&mut hasher);
    let shares = u64::try_from(shares).unwrap_or(1).max(1);
    usize::try_from(hasher.finish().checked_rem(shares).unwrap_or_default()).unwrap_or_default()
}

impl From<Malformed> for RebuildError {
    fn from(Malformed: Malformed) -> Self {
        ReadModelError::Damaged("what the database sent of the log".into()).into()
    }
}
