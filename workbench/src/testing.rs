//! Servers for tests: one of each per test process, a fresh database per call, nothing kept.

use std::{
    fs,
    os::unix::fs::{DirBuilderExt, MetadataExt},
    path::{Path, PathBuf},
    sync::atomic::{AtomicU32, Ordering},
};

use nix::unistd::geteuid;
use tokio::sync::OnceCell;

use crate::{
    WorkbenchError, default_tools_dir,
    error::with_causes,
    folders,
    messaging::{LocalAws, LocalAwsOptions},
    postgres::{Cluster, ClusterOptions, Durability, PostgresBinaries},
};

/// An empty database that no other test knows.
#[derive(Debug, Clone)]
pub struct TestDatabase {
    url: String,
}

impl TestDatabase {
    /// The libpq URL, for the owner of the cluster.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }
}

/// Makes an empty database in the throw-away cluster of this process.
///
/// # Panics
/// When there is no Postgres and none can be installed: a test cannot go on without it.
pub async fn fresh_database() -> TestDatabase {
    static NUMBER: AtomicU32 = AtomicU32::new(1);
    let name = format!("t_{}", NUMBER.fetch_add(1, Ordering::Relaxed));
    let cluster = cluster().await;
    or_panic(cluster.create_database(&name).await);
    TestDatabase {
        url: cluster.url(&name),
    }
}

/// The throw-away cluster of this process.
///
/// # Panics
/// When there is no Postgres and none can be installed.
pub async fn cluster() -> &'static Cluster {
    static CLUSTER: OnceCell<Cluster> = OnceCell::const_new();
    or_panic(CLUSTER.get_or_try_init(start_cluster).await)
}

/// The SNS and SQS of this process, kept in memory. Tests share it, so each names its own topics and queues.
///
/// # Panics
/// When there is no emulator and none can be installed.
pub async fn local_aws() -> &'static LocalAws {
    static AWS: OnceCell<LocalAws> = OnceCell::const_new();
    or_panic(AWS.get_or_try_init(start_aws).await)
}

async fn start_cluster() -> Result<Cluster, WorkbenchError> {
    let tools = default_tools_dir();
    let binaries = tokio::task::spawn_blocking(move || PostgresBinaries::find_or_install(&tools))
        .await
        .map_err(|source| WorkbenchError::Run {
            program: "the search for Postgres".to_owned(),
            source: source.into(),
        })??;
    Cluster::start(ClusterOptions {
        data_dir: folder_of_this_process()?.join("postgres"),
        binaries,
        durability: Durability::None,
        port: None,
        settings: Vec::new(),
    })
    .await
}

async fn start_aws() -> Result<LocalAws, WorkbenchError> {
    LocalAws::start(LocalAwsOptions {
        data_dir: folder_of_this_process()?.join("aws"),
        tools_dir: default_tools_dir(),
        durable: false,
        port: None,
    })
    .await
}

/// A folder that the next test process removes, once this one has ended.
fn folder_of_this_process() -> Result<PathBuf, WorkbenchError> {
    let ours = std::env::temp_dir().join(format!("pom-allocations-tests-{}", geteuid()));
    let made = fs::DirBuilder::new()
        .recursive(true)
        .mode(0o755)
        .create(&ours)
        .and_then(|()| fs::metadata(&ours));
    let owner = made.map_err(WorkbenchError::file("create", &ours))?.uid();
    if owner != geteuid().as_raw() {
        return Err(WorkbenchError::NotOurs { path: ours, owner });
    }
    remove_left_overs(&ours)?;
    folders::create(&ours.join(std::process::id().to_string()))
}

fn remove_left_overs(ours: &Path) -> Result<(), WorkbenchError> {
    let listed = fs::read_dir(ours).map_err(WorkbenchError::file("list", ours))?;
    for folder in listed.flatten().map(|entry| entry.path()) {
        let process = folder.file_name().map(|process| Path::new("/proc").join(process));
        if process.is_some_and(|process| !process.exists()) {
            folders::remove(&folder).unwrap_or_else(|error| tracing::debug!(%error, "left for the next run"));
        }
    }
    Ok(())
}

#[expect(clippy::panic, reason = "a test that needs a server fails when there is none")]
fn or_panic<T>(result: Result<T, WorkbenchError>) -> T {
    result.unwrap_or_else(|error| panic!("{}", with_causes(&error)))
}
