//! How a session with the database begins, and what makes one good: its server takes writes.
//!
//! A server that takes none may have been demoted, and what it holds of the log may be old. So a session there is refused when it
//! begins and given up when it turns out to be one, whether it is used for reading or for writing; then the next one may reach the
//! server that took over. Commands that only look, such as the doctor, may ask for any server.

use std::{
    error::Error,
    io,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use sqlx::{Executor, PgConnection, Postgres, Row};
use uuid::Uuid;

/// Notices that something is there already, or is not, are for people who type statements.
pub(crate) const QUIET: &str = "set client_min_messages = warning";

/// True of a server in recovery and where sessions are read-only by default.
const ASK: &str = "show transaction_read_only";

/// The server takes no writes.
#[derive(Debug, thiserror::Error)]
#[error("it takes no writes now: it is read-only, or a standby")]
struct TakesNoWrites;

/// The statements by which a session becomes the application's: from then on it can read and append, but not change the past.
pub(crate) const BECOME_APPLICATION: &str = "set role allocations_app";

/// The statements by which a session of a pool begins. Its process is known by a lock that each of its sessions holds: where none
/// does any more, the process is gone; see [`crate::Lease`]. A statement ends soon after its client has gone, and the lock with it.
pub(crate) fn beginning(process: Uuid, statement_timeout: Duration) -> String {
    format!(
        "{BECOME_APPLICATION}; {QUIET}; set statement_timeout = {}; set client_connection_check_interval = '1s'; \
         set allocations.process = '{process}'; select pg_advisory_lock_shared(hashtextextended('{process}', 0))",
        statement_timeout.as_millis()
    )
}

/// Begins a session with these statements, at a server that takes writes.
pub(crate) async fn begin(connection: &mut PgConnection, statements: &str) -> Result<(), sqlx::Error> {
    let all = format!("{statements}; {ASK}");
    let answers = connection.fetch_all(all.as_str()).await?;
    let answer = answers.last().ok_or(sqlx::Error::RowNotFound)?;
    writable(answer.try_get(0)?)
}

/// Asks a session, in one round trip, whether its server takes writes; an error if not.
pub(crate) async fn ask<'c>(session: impl Executor<'c, Database = Postgres>) -> Result<(), sqlx::Error> {
    writable(session.fetch_one(ASK).await?.try_get(0)?)
}

fn writable(read_only: &str) -> Result<(), sqlx::Error> {
    if read_only == "off" {
        Ok(())
    } else {
        Err(io::Error::other(TakesNoWrites).into())
    }
}

/// Whether this is what a server says that takes no writes.
pub(crate) fn is_read_only(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Io(error) => error
            .get_ref()
            .is_some_and(<dyn Error + Send + Sync>::is::<TakesNoWrites>),
        sqlx::Error::Database(error) => error.code().as_deref() == Some("25006"),
        _ => false,
    }
}

/// When one of several sessions has last said that their server takes writes.
#[derive(Debug, Default)]
pub(crate) struct LastAnswer(Mutex<Option<Instant>>);

impl LastAnswer {
    /// Whether that was said this lately.
    pub(crate) fn is_within(&self, moment: Duration) -> bool {
        let said = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        said.is_some_and(|said| said.elapsed() <= moment)
    }

    /// It was said now.
    pub(crate) fn note(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
    }
}
