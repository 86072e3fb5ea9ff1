//! How a cluster is run.

use std::path::PathBuf;

use super::PostgresBinaries;

/// Whether committed data must survive a crash of the machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Durability {
    /// Yes. Connections need the password.
    Full,
    /// No: throw-away data, without `fsync` and without a password.
    None,
}

/// How a cluster is to be run.
#[derive(Debug, Clone)]
pub struct ClusterOptions {
    /// The folder of this cluster alone; made when it is missing.
    pub data_dir: PathBuf,
    /// The programs to run it with.
    pub binaries: PostgresBinaries,
    /// Takes effect when the data folder is made.
    pub durability: Durability,
    /// The port on 127.0.0.1; `None` takes the one used before, or any that is free.
    pub port: Option<u16>,
    /// Further server settings, as name and value; they win over ours.
    pub settings: Vec<(String, String)>,
}
