//! Group reads: loads that arrive together are answered by one query, as appends that arrive together share one commit.

use std::{collections::HashMap, sync::Arc};

use sqlx::PgPool;
use tokio::sync::{Semaphore, mpsc, oneshot};

use crate::{
    ReadError, RecordedEvent, StreamId,
    database::db_failure::described,
    read::row::{event_columns, recorded},
};

/// How many loads may wait before the next one waits for room.
const QUEUE: usize = 1024;
/// At most this many streams share a query.
const GROUP_STREAMS: usize = 256;
/// One query runs while the next group gathers; a second one keeps a long stream from holding up the others.
const AT_ONCE: usize = 2;

/// Stream by stream, each by its own index: asked for all of them at once and in order, or for those up to the head,
/// Postgres may walk all positions instead. `offset 0` keeps it from putting the two together again. A stream's order is
/// the order of its positions.
const SELECT: &str = concat!(
    "select ",
    event_columns!(),
    " from unnest($1) wanted
    cross join lateral (select * from es.event where stream_id = wanted offset 0) event
    order by position"
);

type Loaded = Result<Vec<RecordedEvent>, ReadError>;

/// The way to the readers.
#[derive(Debug, Clone)]
pub(crate) struct Reader {
    loads: mpsc::Sender<Load>,
}

#[derive(Debug)]
struct Load {
    streams: Vec<StreamId>,
    reply: oneshot::Sender<Loaded>,
}

impl Reader {
    pub(crate) fn start(pool: PgPool) -> Self {
        let (loads, queue) = mpsc::channel(QUEUE);
        tokio::spawn(gather(pool, queue));
        Self { loads }
    }

    /// The events of these streams, still sealed, in order of position.
    pub(crate) async fn read(&self, streams: &[StreamId]) -> Loaded {
        if streams.is_empty() {
            return Ok(Vec::new());
        }
        let (reply, answer) = oneshot::channel();
        let stopped = || ReadError::Unavailable("the reader has stopped".into());
        self.loads
            .send(Load {
                streams: streams.to_vec(),
                reply,
            })
            .await
            .map_err(|_| stopped())?;
        answer.await.map_err(|_| stopped())?
    }
}

async fn gather(pool: PgPool, mut queue: mpsc::Receiver<Load>) {
    let turns = Arc::new(Semaphore::new(AT_ONCE));
    while let Some(first) = queue.recv().await {
        let Ok(turn) = turns.clone().acquire_owned().await else {
            return;
        };
        let mut streams = first.streams.len();
        let mut group = vec![first];
        while streams < GROUP_STREAMS
            && let Ok(load) = queue.try_recv()
        {
            streams = streams.saturating_add(load.streams.len());
            group.push(load);
        }
        let pool = pool.clone();
        tokio::spawn(async move {
            answer(&pool, group).await;
            drop(turn);
        });
    }
}

async fn answer(pool: &PgPool, group: Vec<Load>) {
    let mut wanted: HashMap<&StreamId, usize> = HashMap::new();
    for stream in group.iter().flat_map(|load| &load.streams) {
        let count = wanted.entry(stream).or_default();
        *count = count.saturating_add(1);
    }
    let found = select(pool, wanted.keys().map(|stream| stream.as_str()).collect()).await;
    let wanted: HashMap<StreamId, usize> = wanted
        .into_iter()
        .map(|(stream, n)| (stream.clone(), n))
        .collect();
    match found {
        Ok(mut pasts) => {
            for load in group {
                let events = load
                    .streams
                    .iter()
                    .flat_map(|stream| past(&mut pasts, stream, &wanted))
                    .collect();
                load.reply.send(Ok(events)).unwrap_or_default();
            }
        }
        Err(error) => {
            for load in group {
                load.reply.send(Err(error.clone())).unwrap_or_default();
            }
        }
    }
}

/// One stream's past; copied only when someone else in the group wants it too.
fn past(
    pasts: &mut HashMap<StreamId, Vec<RecordedEvent>>,
    stream: &StreamId,
    wanted: &HashMap<StreamId, usize>,
) -> Vec<RecordedEvent> {
    match wanted.get(stream) {
        Some(1) => pasts.remove(stream).unwrap_or_default(),
        _ => pasts.get(stream).cloned().unwrap_or_default(),
    }
}

async fn select(
    pool: &PgPool,
    streams: Vec<&str>,
) -> Result<HashMap<StreamId, Vec<RecordedEvent>>, ReadError> {
    let unavailable = |error: sqlx::Error| ReadError::Unavailable(described(&error));
    let rows = sqlx::query(SELECT)
        .bind(streams)
        .fetch_all(pool)
        .await
        .map_err(unavailable)?;
    let mut pasts: HashMap<StreamId, Vec<RecordedEvent>> = HashMap::new();
    for row in &rows {
        let event = recorded(row).map_err(unavailable)?;
        pasts.entry(event.stream.clone()).or_default().push(event);
    }
    Ok(pasts)
}
