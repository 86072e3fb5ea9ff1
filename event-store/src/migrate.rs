//! Brings a database up to date.

use std::str::FromStr;

use sqlx::{Connection, Executor, PgConnection, migrate::Migrator, postgres::PgConnectOptions};

use crate::connect::QUIET;

/// Rows of a newer release are not ours to judge: after a rollback the older program still starts.
static MIGRATIONS: Migrator = {
    let mut migrator = sqlx::migrate!("../migrations");
    migrator.ignore_missing = true;
    migrator
};

/// The database is not up to date.
#[derive(Debug, thiserror::Error)]
pub enum MigrateError {
    /// The address is not one.
    #[error("the database URL is malformed: write postgres://user:password@host:port/name")]
    Url,
    /// No connection.
    #[error("cannot connect to the database: check that it runs and lets this login in")]
    Connect(#[source] sqlx::Error),
    /// A migration failed; the ones before it are in force, itself is not.
    #[error(
        "a migration failed and was undone: correct what its error names and run `allocations migrate` again"
    )]
    Apply(#[source] sqlx::migrate::MigrateError),
    /// No room for the next events.
    #[error(
        "the next partitions of the log could not be made: run `allocations migrate` again as the owner of schema es"
    )]
    Partitions(#[source] sqlx::Error),
}

/// Applies what is missing and makes the next partitions. Safe from several replicas at once: one works, the others wait.
///
/// # Errors
/// When the database cannot be reached, or a migration fails.
pub async fn migrate(database_url: &str) -> Result<(), MigrateError> {
    let login = PgConnectOptions::from_str(database_url).map_err(|_| MigrateError::Url)?;
    let mut connection = PgConnection::connect_with(&login)
        .await
        .map_err(MigrateError::Connect)?;
    connection.execute(QUIET).await.map_err(MigrateError::Connect)?;
    MIGRATIONS
        .run(&mut connection)
        .await
        .map_err(MigrateError::Apply)?;
    make_partitions(&mut connection)
        .await
        .map_err(MigrateError::Partitions)?;
    connection.close().await.map_err(MigrateError::Connect)
}

/// Replicas that arrive together take turns; the lock ends with the transaction.
async fn make_partitions(connection: &mut PgConnection) -> Result<(), sqlx::Error> {
    let mut transaction = connection.begin().await?;
    transaction
        .execute("select pg_advisory_xact_lock(hashtext('es.ensure_partitions'))")
        .await?;
    transaction.execute("select es.ensure_partitions()").await?;
    transaction.commit().await
}
