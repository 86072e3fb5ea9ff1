//! What the stories of this folder share.

use std::{fs, os::unix::fs::PermissionsExt};

use sqlx::Connection;
use tempfile::TempDir;
use workbench::{
    default_tools_dir,
    postgres::{Cluster, ClusterOptions, Durability, PostgresBinaries},
};

/// A folder that an unprivileged Postgres can pass through.
pub(crate) fn folder() -> TempDir {
    let folder = TempDir::new().expect("a temporary folder");
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).expect("an open folder");
    folder
}

/// A durable cluster in `folder`.
pub(crate) fn durable(folder: &TempDir) -> ClusterOptions {
    ClusterOptions {
        data_dir: folder.path().join("postgres"),
        binaries: PostgresBinaries::find_or_install(&default_tools_dir()).expect("Postgres"),
        durability: Durability::Full,
        port: None,
        settings: Vec::new(),
    }
}

/// Runs one statement.
pub(crate) async fn execute(cluster: &Cluster, statement: &str) {
    execute_at(&cluster.url("postgres"), statement).await;
}

/// Runs one statement at a URL.
pub(crate) async fn execute_at(url: &str, statement: &str) {
    let mut connection = sqlx::PgConnection::connect(url).await.expect("a connection");
    sqlx::query(statement)
        .execute(&mut connection)
        .await
        .expect("the statement");
}

/// The one number that a query returns.
pub(crate) async fn number(url: &str, query: &str) -> i64 {
    let mut connection = sqlx::PgConnection::connect(url).await.expect("a connection");
    sqlx::query_scalar(query)
        .fetch_one(&mut connection)
        .await
        .expect("a number")
}
