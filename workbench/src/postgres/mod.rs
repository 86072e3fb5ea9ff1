//! A private Postgres: its programs, and clusters that start and end with us.

mod binaries;
mod cluster;
mod database;
mod home;
mod postmaster;

pub use binaries::{PostgresBinaries, PostgresSource};
pub use cluster::{Cluster, ClusterOptions, Durability};
