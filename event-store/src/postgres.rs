//! The log of the service, on Postgres.

use std::sync::Arc;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use sqlx::PgPool;
use tokio::sync::watch;
use tokio_util::sync::{CancellationToken, DropGuard};
use uuid::Uuid;

use crate::{
    AppendError, AppendRequest, Keyring, Log, MasterKey, Outcome, Position, ReadError, Receipt,
    RecordedEvent, StreamId,
    append::{pipeline::Pipeline, prepare::prepare, statement},
    database::{connect, db_failure::described},
    read::{
        as_of, head_watch,
        recent_events::RecentEvents,
        row::{event_columns, recorded},
        stream_reader::Reader,
    },
};

/// For reading by key: two for the group reader, the others for readers that tail.
const CONNECTIONS: u32 = 6;

/// Per pool of a log made by [`PostgresLog::apart`], whose thread makes one query at a time.
const CONNECTIONS_APART: u32 = 2;

const TAIL: &str = concat!(
    "select ",
    event_columns!(),
    " from es.event where position > $1 order by position limit $2"
);

const RECEIPT: &str = "
    select null, command_id, first_position, last_position, request_hash, 0, recorded_at, null,
        es.versions(first_position, last_position)
    from es.command
    where command_id = $1";

/// Under the head, so that no group in which the same command is recorded can be under way.
const UNCHANGED: &str = "
    insert into es.command (command_id, request_hash, recorded_at)
    select $1, $2, clock_timestamp() from es.head for share
    on conflict (command_id) do nothing";

/// The log on Postgres. Clones share one writer, one group reader and one listener; they end with the last clone.
#[derive(Debug, Clone)]
pub struct PostgresLog {
    pool: PgPool,
    by_key: PgPool,
    keyring: Keyring,
    pipeline: Pipeline,
    reader: Reader,
    head: watch::Sender<Position>,
    recent: RecentEvents,
    _ends_the_listener: Arc<DropGuard>,
}

impl PostgresLog {
    /// Opens a migrated log. The pool comes from [`crate::database::connect`]; the writer, the listener and up to six readers
    /// connect for themselves, with the same login.
    ///
    /// # Errors
    /// When the head cannot be read, or no thread can be started.
    pub async fn open(pool: PgPool, master: Option<MasterKey>) -> Result<Self, ReadError> {
        let position = head_watch::read_head(&pool).await.map_err(unavailable)?;
        let head = watch::Sender::new(position);
        let by_key = connect::by_key(&pool, CONNECTIONS);
        let keyring = Keyring::new(by_key.clone(), master);
        let recent = RecentEvents::default();
        let login = (*pool.connect_options()).clone();
        let pipeline = Pipeline::start(login, head.clone(), recent.clone())
            .map_err(|error| ReadError::Unavailable(format!("the writer's thread: {error}").into()))?;
        let stop = CancellationToken::new();
        head_watch::start(pool.clone(), keyring.clone(), head.clone(), stop.clone());
        Ok(Self {
            pipeline,
            reader: Reader::start(by_key.clone()),
            by_key,
            pool,
            keyring,
            head,
            recent,
            _ends_the_listener: Arc::new(stop.drop_guard()),
        })
    }

    /// The same log, over connections that nobody else uses: for a thread with its own runtime, with which its connections
    /// end. To be called within that runtime.
    #[must_use]
    pub fn apart(&self) -> Self {
        let login = (*self.pool.connect_options()).clone();
        let by_key = connect::by_key(&self.pool, CONNECTIONS_APART);
        let pool = self.pool.options().clone().max_connections(CONNECTIONS_APART);
        Self {
            pool: pool.connect_lazy_with(login),
            keyring: self.keyring.over(by_key.clone()),
            reader: Reader::start(by_key.clone()),
            by_key,
            ..self.clone()
        }
    }

    /// The head, as it moves: at once after a commit of this process, some ten milliseconds after one of another replica, and half a
    /// second after it when notifications fail.
    #[must_use]
    pub fn subscribe(&self) -> watch::Receiver<Position> {
        self.head.subscribe()
    }

    /// As [`Log::read_after`], from memory as far as this process has recorded the events itself and lately. Whoever builds on
    /// them has the database say that the last of them is there, by position and hash: after a failover that lost
    /// something it may not be.
    ///
    /// # Errors
    /// As [`Log::read_after`].
    pub async fn newest_after(
        &self,
        position: Position,
        limit: u32,
    ) -> Result<Vec<RecordedEvent>, ReadError> {
        match self.recent.after(position, limit) {
            Some(mut events) => {
                self.keyring.open(&mut events).await?;
                Ok(events)
            }
            None => self.read_after(position, limit).await,
        }
    }

    /// Drops the events that [`PostgresLog::newest_after`] keeps in memory.
    pub fn forget_newest(&self) {
        self.recent.forget();
    }

    /// The keys of personal data.
    #[must_use]
    pub fn keyring(&self) -> &Keyring {
        &self.keyring
    }

    /// The pool that it was opened with.
    #[must_use]
    pub fn pool(&self) -> &PgPool {
        &self.pool
    }

    /// The pool for statements whose plan must go by position or key.
    pub(crate) fn by_key(&self) -> &PgPool {
        &self.by_key
    }

    /// The last position recorded at or before this time, UTC.
    ///
    /// # Errors
    /// When the log cannot be read.
    pub async fn position_at(&self, time: DateTime<Utc>) -> Result<Position, ReadError> {
        as_of::position_at(&self.by_key, time).await.map_err(unavailable)
    }
}

#[async_trait]
impl Log for PostgresLog {
    async fn append(&self, mut request: AppendRequest) -> Result<Receipt, AppendError> {
        self.keyring.seal(&mut request).await?;
        self.pipeline.append(prepare(request)?).await
    }

    async fn read_streams(&self, streams: &[StreamId]) -> Result<Vec<RecordedEvent>, ReadError> {
        let mut events = self.reader.read(streams).await?;
        self.keyring.open(&mut events).await?;
        Ok(events)
    }

    async fn read_after(&self, position: Position, limit: u32) -> Result<Vec<RecordedEvent>, ReadError> {
        let rows = sqlx::query(TAIL)
            .bind(position.get())
            .bind(i64::from(limit))
            .fetch_all(&self.by_key)
            .await
            .map_err(unavailable)?;
        let mut events: Vec<RecordedEvent> = rows
            .iter()
            .map(recorded)
            .collect::<Result<_, _>>()
            .map_err(unavailable)?;
        assert_dense(position, &events)?;
        self.keyring.open(&mut events).await?;
        Ok(events)
    }

    async fn head(&self) -> Result<Position, ReadError> {
        head_watch::read_head(&self.pool).await.map_err(unavailable)
    }

    async fn record_noop(&self, command_id: Uuid, request_hash: [u8; 32]) -> Result<Outcome, AppendError> {
        sqlx::query(UNCHANGED)
            .bind(command_id)
            .bind(request_hash)
            .execute(&self.by_key)
            .await
            .map_err(|error| AppendError::Unavailable(described(&error)))?;
        match self.receipt(command_id).await {
            Ok(Some((outcome, hash))) if hash == request_hash => Ok(outcome),
            Ok(Some(_)) => Err(AppendError::CommandIdReused(command_id)),
            Ok(None) => Err(AppendError::OutcomeUnknown(command_id)),
            Err(error) => Err(AppendError::Unavailable(error.to_string().into())),
        }
    }

    async fn receipt(&self, command_id: Uuid) -> Result<Option<(Outcome, [u8; 32])>, ReadError> {
        let row = sqlx::query(RECEIPT)
            .bind(command_id)
            .fetch_optional(&self.by_key)
            .await
            .map_err(unavailable)?;
        row.map(|row| statement::receipt(&row, command_id))
            .transpose()
            .map_err(unavailable)
    }
}

/// Never fails unless the log was damaged; then nobody may go on as if it were whole.
fn assert_dense(after: Position, events: &[RecordedEvent]) -> Result<(), ReadError> {
    let mut last = after;
    for event in events {
        if event.position != last.plus(1) {
            return Err(ReadError::Damaged(last));
        }
        last = event.position;
    }
    Ok(())
}

#[expect(clippy::needless_pass_by_value, reason = "made for map_err")]
fn unavailable(error: sqlx::Error) -> ReadError {
    ReadError::Unavailable(described(&error))
}
