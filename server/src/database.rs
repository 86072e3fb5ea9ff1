//! The database that a command works on: the configured one, or the local profile's.

use std::{
    fs::{self, File},
    io::ErrorKind,
    path::{PathBuf, absolute},
    sync::Arc,
};

use anyhow::{Context, anyhow};
use clap::Args;
use event_store::{ConnectError, ConnectOptions, MasterKey, PostgresLog};
use sqlx::PgPool;
use workbench::postgres::{Cluster, ClusterOptions, Durability, PostgresBinaries};

use crate::{
    config::{DatabaseSettings, Environment},
    exit::Failure,
    local::{DataFolder, Work},
};

/// Where the database is.
#[derive(Debug, Clone, Args)]
pub struct Target {
    /// The local profile's folder, used when no database is configured.
    #[arg(long, default_value = ".local", env = "ALLOCATIONS_DATA_DIR")]
    pub data_dir: PathBuf,
}

/// The name of the local profile's database.
const LOCAL_DATABASE: &str = "allocations";

/// A configured database, or that of a local profile.
pub struct Database {
    url: String,
    personal_data_key: Option<MasterKey>,
    local: Option<LocalProfile>,
}

/// The local profile of a database.
struct LocalProfile {
    folder: DataFolder,
    cluster: Cluster,
    /// The right to seed the folder, while it is seeded.
    _alone: Option<File>,
}

/// Whose Postgres a command works on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Server {
    /// Whichever runs on the folder, else its own.
    Any,
    /// Its own, which nobody else stops.
    Own,
}

impl Database {
    /// Opens the database that the environment configures, else that of an existing local profile, which is started if it does
    /// not run. No database is made: an empty log in the wrong folder would pass for a whole one.
    ///
    /// # Errors
    /// When there is neither, or the configuration is malformed, or the local server cannot be started.
    pub async fn open(target: &Target) -> Result<Self, Failure> {
        if let Some(configured) = Self::configured()? {
            return Ok(configured);
        }
        match fs::read_dir(&target.data_dir) {
            Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
                return Err(nowhere(target));
            }
            read => {
                read.with_context(|| format!("cannot read the folder {}", target.data_dir.display()))?;
            }
        }
        let folder = DataFolder::existing(&target.data_dir)?;
        if !Cluster::is_made(&folder.postgres()) {
            return Err(nowhere(target));
        }
        Ok(Self::local(&folder, Server::Any, None).await?)
    }

    /// Opens the same for a seeding: makes a local profile where there is none, and keeps other seedings and services out.
    ///
    /// # Errors
    /// When the configuration is malformed, the folder is taken, or the local server cannot be started.
    pub async fn open_to_seed(target: &Target) -> Result<Self, Failure> {
        if let Some(configured) = Self::configured()? {
            return Ok(configured);
        }
        let folder = DataFolder::open(&target.data_dir)?;
        let alone = folder.work_alone(Work::Seeding)?;
        Ok(Self::local(&folder, Server::Any, Some(alone)).await?)
    }

    fn configured() -> Result<Option<Self>, Failure> {
        let settings = DatabaseSettings::from_environment(Environment::of_process());
        Ok(settings.map_err(Failure::usage)?.map(|settings| Self {
            url: settings.url.reveal().to_owned(),
            personal_data_key: settings.personal_data_key,
            local: None,
        }))
    }

    /// The local profile's database for a service, which outlasts the commands beside it: on a server of its own.
    ///
    /// # Errors
    /// When the server cannot be started.
    pub async fn of_service(folder: &DataFolder) -> anyhow::Result<Self> {
        Self::local(folder, Server::Own, None).await
    }

    /// The local profile's database, with the newest schema.
    async fn local(folder: &DataFolder, server: Server, alone: Option<File>) -> anyhow::Result<Self> {
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
        let started = match server {
            Server::Any => Cluster::start(options).await,
            Server::Own => Cluster::start_own(options).await,
        };
        let cluster = started.context("the local profile has no Postgres to work with")?;
        cluster.create_database(LOCAL_DATABASE).await?;
        let url = cluster.url(LOCAL_DATABASE);
        event_store::migrate(&url)
            .await
            .context("the schema cannot be brought up to date")?;
        Ok(Self {
            url,
            personal_data_key: Some(folder.personal_data_key()?),
            local: Some(LocalProfile {
                folder: folder.clone(),
                cluster,
                _alone: alone,
            }),
        })
    }

    /// The owner's address; holds a password.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The folder of the local profile, if the database is its.
    #[must_use]
    pub fn folder(&self) -> Option<&DataFolder> {
        self.local.as_ref().map(|local| &local.folder)
    }

    /// Connections with the rights of the service. The server may be a standby: most commands only read, and the database
    /// refuses the others.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn connect(&self) -> Result<PgPool, Failure> {
        let options = ConnectOptions {
            any_server: true,
            ..ConnectOptions::default()
        };
        event_store::connect(&self.url, options)
            .await
            .map_err(|error| match error {
                ConnectError::Url => Failure::usage(error),
                ConnectError::ReadOnly | ConnectError::Connect(_) | ConnectError::NoConnectionLeft(_) => {
                    Failure::dependency(error)
                }
            })
    }

    /// The key that wraps the keys of personal data, if it is configured.
    #[must_use]
    pub const fn master_key(&self) -> Option<&MasterKey> {
        self.personal_data_key.as_ref()
    }

    /// The log, with personal data opened.
    ///
    /// # Errors
    /// When it cannot be read, or there is no key to what is personal.
    pub async fn log(&self) -> Result<Arc<PostgresLog>, Failure> {
        let key = self.personal_data_key.clone().ok_or_else(|| {
            Failure::usage(anyhow!(
                "PERSONAL_DATA_KEY is not set: this command opens or seals what is personal in the log"
            ))
        })?;
        self.log_with(Some(key)).await
    }

    /// The log, with personal data withheld.
    ///
    /// # Errors
    /// When it cannot be read.
    pub async fn sealed_log(&self) -> Result<Arc<PostgresLog>, Failure> {
        self.log_with(None).await
    }

    async fn log_with(&self, key: Option<MasterKey>) -> Result<Arc<PostgresLog>, Failure> {
        let log = PostgresLog::open(self.connect().await?, key)
            .await
            .map_err(Failure::dependency)?;
        Ok(Arc::new(log))
    }

    /// Whether the local server has ended without [`Database::close`].
    pub fn has_exited(&mut self) -> bool {
        self.local
            .as_mut()
            .is_some_and(|local| local.cluster.has_exited())
    }

    /// Stops the local server, if this command started one, when all others have left it.
    ///
    /// # Errors
    /// When it does not stop.
    pub async fn close(self) -> Result<(), Failure> {
        match self.local {
            Some(mut local) => local.cluster.stop().await.map_err(Failure::dependency),
            None => Ok(()),
        }
    }
}

fn nowhere(target: &Target) -> Failure {
    let folder = absolute(&target.data_dir).unwrap_or_else(|_| target.data_dir.clone());
    Failure::usage(anyhow!(
        "there is no database: neither DATABASE_URL nor DB_SERVER nor POSTGRES_HOST is set, and {} holds no local profile; \
         set one of them, or name the local profile's folder with --data-dir (`allocations serve` makes one)",
        folder.display()
    ))
}
