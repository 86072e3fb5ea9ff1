//! The database that a command works on: the configured one, or the local profile's.

use std::sync::Arc;

use anyhow::{Context, anyhow};
use event_store::{ConnectOptions, MasterKey, PostgresLog};
use sqlx::PgPool;
use workbench::postgres::{Cluster, ClusterOptions, Durability, PostgresBinaries};

use crate::{
    cli::Target,
    config::{Configuration, Environment, Secret},
    exit::Failure,
    local::DataFolder,
};

/// The name of the local profile's database.
const LOCAL_DATABASE: &str = "allocations";

/// A database, and the local server that holds it if there is one.
pub struct Database {
    url: String,
    personal_data_key: Secret,
    cluster: Option<Cluster>,
}

impl Database {
    /// The database that the environment configures, else the local profile's, started if it does not run.
    ///
    /// # Errors
    /// When the configuration is not complete or the local server cannot be started.
    pub async fn open(target: &Target) -> Result<Self, Failure> {
        match Configuration::from_environment(Environment::of_process()).map_err(Failure::usage)? {
            Some(configuration) => Ok(Self {
                url: configuration.database.reveal().to_owned(),
                personal_data_key: configuration.personal_data_key,
                cluster: None,
            }),
            None => Ok(Self::local(&DataFolder::open(&target.data_dir)?).await?),
        }
    }

    /// The local profile's database, with the newest schema.
    ///
    /// # Errors
    /// When the server cannot be started.
    pub async fn local(folder: &DataFolder) -> anyhow::Result<Self> {
        let tools = workbench::default_tools_dir();
        let binaries =
            tokio::task::spawn_blocking(move || PostgresBinaries::find_or_install(&tools)).await??;
        let options = ClusterOptions {
            data_dir: folder.postgres(),
            binaries,
            durability: Durability::Full,
            port: None,
            settings: vec![("wal_compression".to_owned(), "lz4".to_owned())],
        };
        let cluster = Cluster::start(options)
            .await
            .context("the private Postgres does not start")?;
        cluster.create_database(LOCAL_DATABASE).await?;
        let url = cluster.url(LOCAL_DATABASE);
        event_store::migrate(&url)
            .await
            .context("the schema cannot be brought up to date")?;
        Ok(Self {
            url,
            personal_data_key: folder.personal_data_key()?.into(),
            cluster: Some(cluster),
        })
    }

    /// The owner's address; holds a password.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The key that wraps the keys of personal data.
    #[must_use]
    pub const fn personal_data_key(&self) -> &Secret {
        &self.personal_data_key
    }

    /// Connections that may do what the service may do.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn connect(&self) -> Result<PgPool, Failure> {
        event_store::connect(&self.url, ConnectOptions::default())
            .await
            .map_err(Failure::dependency)
    }

    /// The key that wraps the keys of personal data, as the log takes it.
    ///
    /// # Errors
    /// When it is not one.
    pub fn master_key(&self) -> Result<MasterKey, Failure> {
        self.personal_data_key
            .reveal()
            .parse()
            .map_err(|_| Failure::usage(anyhow!("PERSONAL_DATA_KEY must be 32 bytes as base64")))
    }

    /// The log in it.
    ///
    /// # Errors
    /// When it cannot be read, or the key is not one.
    pub async fn log(&self) -> Result<Arc<PostgresLog>, Failure> {
        let key = self.master_key()?;
        let log = PostgresLog::open(self.connect().await?, Some(key))
            .await
            .map_err(Failure::dependency)?;
        Ok(Arc::new(log))
    }

    /// Stops the local server, if this command started one.
    ///
    /// # Errors
    /// When it does not stop.
    pub async fn close(self) -> Result<(), Failure> {
        match self.cluster {
            Some(mut cluster) => cluster.stop().await.map_err(Failure::dependency),
            None => Ok(()),
        }
    }
}
