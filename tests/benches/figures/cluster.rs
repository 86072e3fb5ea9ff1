//! A private Postgres with `fsync` on, as in production, for one run.

use workbench::postgres::{Cluster, ClusterOptions, Durability, PostgresBinaries};

/// A durable cluster in a temporary folder.
pub(crate) async fn durable() -> (Cluster, tempfile::TempDir) {
    let folder = tempfile::Builder::new()
        .prefix("figures")
        .tempdir_in("/var/tmp")
        .unwrap();
    let tools = workbench::default_tools_dir();
    let binaries = tokio::task::spawn_blocking(move || PostgresBinaries::find_or_install(&tools))
        .await
        .unwrap()
        .unwrap();
    let options = ClusterOptions {
        data_dir: folder.path().join("postgres"),
        binaries,
        durability: Durability::Full,
        port: None,
        settings: [
            ("max_connections", "200"),
            ("wal_compression", "lz4"),
            ("max_wal_size", "4GB"),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .to_vec(),
    };
    (Cluster::start(options).await.unwrap(), folder)
}
