//! Everybody's keys: made when first needed, cached for a while, destroyed on erasure.

use std::{
    collections::{BTreeSet, HashMap},
    sync::Arc,
    time::Duration,
};

use chrono::{DateTime, Utc};
use moka::sync::Cache;
use sqlx::PgPool;
use tokio::sync::watch;

use crate::{
    AllKeys, AppendError, AppendRequest, MasterKey, ReadError, RecordedEvent, StreamWrite,
    append::prepare::invalid,
    database::db_failure::described,
    personal::{
        seal::{self, SEALED, SubjectKey, tell_wrong_key},
        unseal,
    },
};

/// The notification that a person's key was destroyed; the payload is the subject.
pub(crate) const KEY_DESTROYED: &str = "es_key_destroyed";
/// More people than are in custody.
const CACHE_CAPACITY: u64 = 150_000;
/// Destruction is announced to all replicas; this bounds the case that one does not hear of it.
const CACHE_TTL: Duration = Duration::from_mins(1);

/// The keys of all subjects. Clones share what is cached.
#[derive(Debug, Clone)]
pub struct Keyring {
    pool: PgPool,
    master: Option<MasterKey>,
    cached: Cache<String, Arc<SubjectKey>>,
    destroyed: watch::Sender<u64>,
}

/// The keys could not be used.
#[derive(Debug, Clone, thiserror::Error)]
pub enum KeyringError {
    /// The database cannot answer now.
    #[error("the keys of personal data cannot be reached now: {0}")]
    Unavailable(Arc<str>),
    /// The configuration has no master key.
    #[error("personal data cannot be sealed without a master key: configure one")]
    NoMasterKey,
    /// The configured master key is not the one that wrapped this key.
    #[error("the key of {0} does not open with the configured master key: check the configuration")]
    WrongMasterKey(String),
    /// The subject was erased.
    #[error(
        "the key of {0} was destroyed on erasure: personal data about this person can no longer be recorded"
    )]
    Erased(String),
}

/// That a person's key is gone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Erasure {
    /// When it was destroyed, UTC.
    pub destroyed_at: DateTime<Utc>,
    /// Why.
    pub reason: String,
    /// Whether that had happened before.
    pub repeated: bool,
}

impl Keyring {
    /// The keys in this database. Without a master key everything personal is withheld and nothing personal can be written.
    #[must_use]
    pub fn new(pool: PgPool, master: Option<MasterKey>) -> Self {
        let cached = Cache::builder()
            .max_capacity(CACHE_CAPACITY)
            .time_to_live(CACHE_TTL)
            .build();
        Self {
            pool,
            master,
            cached,
            destroyed: watch::Sender::new(0),
        }
    }

    /// The same keys, what is cached of them too, over other connections.
    pub(crate) fn over(&self, pool: PgPool) -> Self {
        Self { pool, ..self.clone() }
    }

    /// All keys, for reading very many events at once.
    ///
    /// Load them after the position up to which events are read is fixed: then no event up to there lacks its key.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn preload(&self) -> Result<AllKeys, KeyringError> {
        let Some(master) = &self.master else {
            return Ok(AllKeys::none());
        };
        let rows: Vec<(String, Vec<u8>)> = sqlx::query_as(
            "select subject_id, wrapped_key from es.subject_key where wrapped_key is not null",
        )
        .fetch_all(&self.pool)
        .await
        .map_err(unavailable)?;
        Ok(AllKeys::wrapped(master, rows))
    }

    /// Destroys a person's key: everything sealed with it is withheld from now on, here and in every replica.
    ///
    /// # Errors
    /// When the database cannot answer; then nothing was destroyed.
    pub async fn erase(&self, subject: &str, reason: &str) -> Result<Erasure, KeyringError> {
        // All rows and not the first: the last thing to come is the end of the commit.
        let destroyed: Vec<DateTime<Utc>> = sqlx::query_scalar(include_str!("destroy_key.sql"))
            .bind(subject)
            .bind(reason)
            .bind(KEY_DESTROYED)
            .fetch_all(&self.pool)
            .await
            .map_err(unavailable)?;
        self.forget(subject);
        if let Some(&destroyed_at) = destroyed.first() {
            return Ok(Erasure {
                destroyed_at,
                reason: reason.to_owned(),
                repeated: false,
            });
        }
        let before = self.erasure(subject).await?;
        before.ok_or_else(|| unavailable(sqlx::Error::RowNotFound))
    }

    /// That a person's key was destroyed before, if it was.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn erasure(&self, subject: &str) -> Result<Option<Erasure>, KeyringError> {
        let row: Option<(DateTime<Utc>, String)> = sqlx::query_as(
            "select destroyed_at, reason from es.subject_key where subject_id = $1 and destroyed_at is not null",
        )
        .bind(subject)
        .fetch_optional(&self.pool)
        .await
        .map_err(unavailable)?;
        Ok(row.map(|(destroyed_at, reason)| Erasure {
            destroyed_at,
            reason,
            repeated: true,
        }))
    }

    /// Changes when a key was destroyed by any replica, or may have been while nobody listened: whoever keeps what was
    /// opened must look again.
    #[must_use]
    pub fn erasures(&self) -> watch::Receiver<u64> {
        self.destroyed.subscribe()
    }

    /// Makes everybody who keeps what was opened look whether somebody was erased, as if it had happened now.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn remind_of_erasures(&self) -> Result<(), KeyringError> {
        sqlx::query("select pg_notify($1, '')")
            .bind(KEY_DESTROYED)
            .execute(&self.pool)
            .await
            .map(|_| ())
            .map_err(unavailable)
    }

    pub(crate) fn forget(&self, subject: &str) {
        self.cached.invalidate(subject);
        self.tell();
    }

    pub(crate) fn forget_all(&self) {
        self.cached.invalidate_all();
        self.tell();
    }

    fn tell(&self) {
        self.destroyed.send_modify(|times| *times = times.wrapping_add(1));
    }

    /// Seals what is personal in a request.
    pub(crate) async fn seal(&self, request: &mut AppendRequest) -> Result<(), AppendError> {
        for write in &mut request.writes {
            if holds_personal(write)? {
                let key = self
                    .key_for_sealing(&write.subject)
                    .await
                    .map_err(|error| match error {
                        KeyringError::Unavailable(why) => AppendError::Unavailable(why),
                        KeyringError::Erased(_) => AppendError::Erased,
                        fault => invalid(fault),
                    })?;
                for event in &mut write.events {
                    seal::seal(&mut event.payload, &write.subject, &key).map_err(invalid)?;
                }
            }
        }
        Ok(())
    }

    async fn key_for_sealing(&self, subject: &str) -> Result<Arc<SubjectKey>, KeyringError> {
        if let Some(key) = self.cached.get(subject) {
            return Ok(key);
        }
        let master = self.master.as_ref().ok_or(KeyringError::NoMasterKey)?;
        let wrong = |_| KeyringError::WrongMasterKey(subject.to_owned());
        let fresh = SubjectKey::make(master, subject).map_err(wrong)?;
        sqlx::query(
            "insert into es.subject_key (subject_id, wrapped_key) values ($1, $2) on conflict (subject_id) do nothing",
        )
        .bind(subject)
        .bind(fresh)
        .execute(&self.pool)
        .await
        .map_err(unavailable)?;
        // Someone else may have been quicker, so what counts is what is kept.
        let kept: Option<Vec<u8>> =
            sqlx::query_scalar("select wrapped_key from es.subject_key where subject_id = $1")
                .bind(subject)
                .fetch_one(&self.pool)
                .await
                .map_err(unavailable)?;
        let kept = kept.ok_or_else(|| KeyringError::Erased(subject.to_owned()))?;
        let key = Arc::new(SubjectKey::unwrap(master, subject, &kept).map_err(wrong)?);
        self.cached.insert(subject.to_owned(), key.clone());
        Ok(key)
    }

    /// Opens what is sealed in these events; what cannot be opened is withheld.
    pub(crate) async fn open(&self, events: &mut [RecordedEvent]) -> Result<(), ReadError> {
        let sealed: Vec<_> = events
            .iter_mut()
            .filter(|event| is_sealed(&event.payload))
            .collect();
        if sealed.is_empty() {
            return Ok(());
        }
        let texts = sealed.iter().map(|event| event.payload.as_str());
        let subjects = texts.flat_map(unseal::subjects).map(str::to_owned).collect();
        let keys = self.keys_for_opening(subjects).await?;
        for event in sealed {
            let key_of = |subject: &str| keys.get(subject).map(AsRef::as_ref);
            event.payload = unseal::open(&event.payload, key_of).into_owned();
        }
        Ok(())
    }

    async fn keys_for_opening(
        &self,
        subjects: BTreeSet<String>,
    ) -> Result<HashMap<String, Arc<SubjectKey>>, ReadError> {
        let mut keys = HashMap::new();
        let Some(master) = &self.master else {
            return Ok(keys);
        };
        let mut unknown = Vec::new();
        for subject in subjects {
            match self.cached.get(&subject) {
                Some(key) => drop(keys.insert(subject, key)),
                None => unknown.push(subject),
            }
        }
        if unknown.is_empty() {
            return Ok(keys);
        }
        let rows: Vec<(String, Vec<u8>)> = sqlx::query_as(
            "select subject_id, wrapped_key from es.subject_key where subject_id = any($1) and wrapped_key is not null",
        )
        .bind(unknown)
        .fetch_all(&self.pool)
        .await
        .map_err(|error| ReadError::Unavailable(described(&error)))?;
        for (subject, wrapped) in rows {
            let Ok(key) = SubjectKey::unwrap(master, &subject, &wrapped).map(Arc::new) else {
                tell_wrong_key();
                continue;
            };
            self.cached.insert(subject.clone(), key.clone());
            keys.insert(subject, key);
        }
        Ok(keys)
    }
}

fn is_sealed(payload: &str) -> bool {
    payload.contains(SEALED)
}

fn holds_personal(write: &StreamWrite) -> Result<bool, AppendError> {
    let mut found = false;
    for event in &write.events {
        found |= seal::has_personal(&event.payload).map_err(invalid)?;
    }
    Ok(found)
}

#[expect(clippy::needless_pass_by_value, reason = "made for map_err")]
fn unavailable(error: sqlx::Error) -> KeyringError {
    KeyringError::Unavailable(described(&error))
}
