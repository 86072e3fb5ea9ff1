//! A private Postgres: its programs, and clusters that start and end with this process.

mod binaries;
mod cluster;
mod database;
mod home;
mod options;
mod owner;
mod postmaster;
mod users;

pub use binaries::{PostgresBinaries, PostgresSource};
pub use cluster::Cluster;
pub use options::{ClusterOptions, Durability};
