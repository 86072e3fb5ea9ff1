//! The databases of a cluster.

use std::time::Duration;

use sqlx::{
    ConnectOptions, Connection, PgConnection,
    postgres::{PgConnectOptions, PgSslMode},
};
use tokio::time::timeout;

use crate::{WorkbenchError, postgres::Cluster};

const LONGEST_NAME: usize = 63;
const ANSWER_PATIENCE: Duration = Duration::from_secs(5);

/// By which Postgres says that all its connections are in use.
const TOO_MANY_CONNECTIONS: &str = "53300";

/// What a server says of its data folder.
pub(crate) enum DataFolder {
    /// It is this one.
    Is(String),
    /// Others hold all connections.
    NoConnectionLeft,
    /// No server answers.
    Unknown,
}

/// How to reach a cluster as its owner.
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
        match timeout(ANSWER_PATIENCE, ask).await {
            Ok(Ok(folder)) => DataFolder::Is(folder),
            Ok(Err(sqlx::Error::Database(error)))
                if error.code().as_deref() == Some(TOO_MANY_CONNECTIONS) =>
            {
                DataFolder::NoConnectionLeft
            }
            _ => DataFolder::Unknown,
        }
    }

    async fn connect(&self) -> Result<PgConnection, sqlx::Error> {
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

impl Cluster {
    /// Makes a database unless it is there.
    pub async fn create_database(&self, name: &str) -> Result<(), WorkbenchError> {
        if !self.has_database(name).await? {
            self.create(name, "template1").await?;
        }
        Ok(())
    }

    /// Makes a database as a copy of another, which nobody may be connected to.
    pub async fn create_database_from_template(
        &self,
        name: &str,
        template: &str,
    ) -> Result<(), WorkbenchError> {
        self.create(name, template).await
    }

    async fn has_database(&self, name: &str) -> Result<bool, WorkbenchError> {
        let known = async {
            let mut connection = self.owner().connect().await?;
            sqlx::query_scalar("SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)")
                .bind(name)
                .fetch_one(&mut connection)
                .await
        };
        known.await.map_err(|source| WorkbenchError::Sql {
            action: "list its databases".to_owned(),
            source,
        })
    }

    async fn create(&self, name: &str, template: &str) -> Result<(), WorkbenchError> {
        let statement = format!("CREATE DATABASE {} TEMPLATE {}", plain(name)?, plain(template)?);
        let create = async {
            let mut connection = self.owner().connect().await?;
            sqlx::query(&statement).execute(&mut connection).await
        };
        create.await.map(drop).map_err(|source| WorkbenchError::Sql {
            action: format!("create database {name}"),
            source,
        })
    }
}

fn plain(name: &str) -> Result<&str, WorkbenchError> {
    let ordinary = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    if !name.is_empty() && name.len() <= LONGEST_NAME && name.bytes().all(ordinary) {
        Ok(name)
    } else {
        Err(WorkbenchError::DatabaseName {
            name: name.to_owned(),
        })
    }
}
