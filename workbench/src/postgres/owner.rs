//! The connection of a cluster's owner.

use std::time::Duration;

use sqlx::{
    ConnectOptions, Connection, PgConnection,
    postgres::{PgConnectOptions, PgSslMode},
};
use tokio::time::timeout;

const ANSWER_TIMEOUT: Duration = Duration::from_secs(5);

/// The SQLSTATE for "all connections are in use".
const TOO_MANY_CONNECTIONS: &str = "53300";

/// The data folder of a running server.
pub(crate) enum DataFolder {
    /// It is this one.
    Is(String),
    /// Other clients hold all connections.
    NoConnectionLeft,
    /// No server answers.
    Unknown,
}

/// The address and password of a cluster's owner.
#[derive(Debug, Clone)]
pub(crate) struct Owner {
    pub(crate) port: u16,
    pub(crate) password: Option<String>,
}

impl Owner {
    pub(crate) fn url(&self, database: &str) -> String {
        let password = self
            .password
            .as_ref()
            .map(|password| format!(":{password}"))
            .unwrap_or_default();
        format!(
            "postgres://postgres{password}@127.0.0.1:{}/{database}?sslmode=disable",
            self.port
        )
    }

    /// The data folder of the server that answers.
    pub(crate) async fn data_folder(&self) -> DataFolder {
        let ask = async {
            let mut connection = self.connect().await?;
            let folder = sqlx::query_scalar("SHOW data_directory")
                .fetch_one(&mut connection)
                .await?;
            connection.close().await?;
            Ok::<String, sqlx::Error>(folder)
        };
        match timeout(ANSWER_TIMEOUT, ask).await {
            Ok(Ok(folder)) => DataFolder::Is(folder),
            Ok(Err(sqlx::Error::Database(error)))
                if error.code().as_deref() == Some(TOO_MANY_CONNECTIONS) =>
            {
                DataFolder::NoConnectionLeft
            }
            _ => DataFolder::Unknown,
        }
    }

    pub(crate) async fn connect(&self) -> Result<PgConnection, sqlx::Error> {
        let options = PgConnectOptions::new_without_pgpass()
            .host("127.0.0.1")
            .port(self.port)
            .username("postgres")
            .database("postgres")
            .ssl_mode(PgSslMode::Disable);
        match &self.password {
            Some(password) => options.password(password).connect().await,
            None => options.connect().await,
        }
    }
}
