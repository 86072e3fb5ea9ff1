//! How the log's database is: for health, readiness and the doctor.

use std::{sync::Arc, time::Duration};

use sqlx::{Connection, PgConnection};
use tokio::time::timeout;

use crate::{
    Log, Position, PostgresLog,
    database::{db_failure::described, session},
};

/// How long a connection in use may take to answer, and then one that is made to ask why.
const TIMEOUT: Duration = Duration::from_millis(900);

/// How the log's database is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DatabaseStatus {
    /// It can be read and written; the newest event is at this position.
    Writable(Position),
    /// It takes no writes: it is read-only, or a standby.
    ReadOnly,
    /// It does not answer.
    Unreachable(Arc<str>),
}

impl PostgresLog {
    /// How the database is now, within two seconds.
    pub async fn status(&self) -> DatabaseStatus {
        let asked = async {
            match self.writable_head().await {
                // The session may have been ended; the next one is another.
                DatabaseStatus::Unreachable(_) => self.writable_head().await,
                known => known,
            }
        };
        match timeout(TIMEOUT, asked).await {
            Ok(DatabaseStatus::Unreachable(why)) => self.ask_apart(why).await,
            Ok(known) => known,
            // A pool does not say why it has no connection to give.
            Err(_) => self.ask_apart("no connection of the pool is free".into()).await,
        }
    }

    /// By a connection of the pool, which may have been made for any server.
    async fn writable_head(&self) -> DatabaseStatus {
        if let Err(error) = session::ask(self.pool()).await {
            return why(&error);
        }
        match self.head().await {
            Ok(head) => DatabaseStatus::Writable(head),
            Err(error) => DatabaseStatus::Unreachable(error.to_string().into()),
        }
    }

    /// By a connection of its own; `otherwise` is what is wrong if that one is good.
    async fn ask_apart(&self, otherwise: Arc<str>) -> DatabaseStatus {
        let asked = async {
            let mut connection = PgConnection::connect_with(&self.pool().connect_options()).await?;
            let asked = session::ask(&mut connection).await;
            connection.close().await?;
            asked
        };
        match timeout(TIMEOUT, asked).await {
            Ok(Ok(())) => DatabaseStatus::Unreachable(otherwise),
            Ok(Err(error)) => why(&error),
            Err(_) => DatabaseStatus::Unreachable("no answer".into()),
        }
    }
}

fn why(error: &sqlx::Error) -> DatabaseStatus {
    if session::is_read_only(error) {
        DatabaseStatus::ReadOnly
    } else {
        DatabaseStatus::Unreachable(described(error))
    }
}
