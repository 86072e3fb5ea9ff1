//! Brings a database up to date.

use std::{str::FromStr, sync::LazyLock};

use sqlx::{
    Connection, Executor, PgConnection,
    migrate::{Migration, MigrationType, Migrator},
    postgres::PgConnectOptions,
};

use crate::database::{
    grants,
    session::{self, BECOME_APPLICATION, QUIET},
};

/// Version, description and SQL of each migration. The build script lists them: sqlx's macro would build sqlx twice.
const LIST: &[(i64, &str, &str)] = &include!(concat!(env!("OUT_DIR"), "/migrations.rs"));

static MIGRATIONS: LazyLock<Migrator> = LazyLock::new(|| Migrator {
    migrations: LIST.iter().map(migration).collect(),
    // After a rollback the older program still starts: it ignores the migrations of a newer release.
    ignore_missing: true,
    ..Migrator::DEFAULT
});

fn migration(&(version, description, sql): &(i64, &'static str, &'static str)) -> Migration {
    let outside_a_transaction = sql.starts_with("-- no-transaction");
    Migration::new(
        version,
        description.into(),
        MigrationType::Simple,
        sql.into(),
        outside_a_transaction,
    )
}

/// The database is not up to date.
#[derive(Debug, thiserror::Error)]
pub enum MigrateError {
    /// The address is not one.
    #[error("the database URL is malformed: write postgres://user:password@host:port/name")]
    Url,
    /// No connection.
    #[error("cannot connect to the database: check that it runs and lets this login in")]
    Connect(#[source] sqlx::Error),
    /// The server takes no writes.
    #[error(
        "the database takes no writes now: it is read-only or a standby; wait, or name the server that takes writes"
    )]
    ReadOnly,
    /// The schema is another's.
    #[error("schema es belongs to {0}: run `allocations migrate` with that login")]
    NotOwner(String),
    /// The login lacks rights.
    #[error(
        "this login may not migrate: let a superuser run `{}` in this database, then run `allocations migrate` again",
        .lacking.join("; ")
    )]
    NotAllowed {
        /// The statements that give them.
        lacking: Vec<String>,
    },
    /// A migration failed; the ones before it are in force, itself is not.
    #[error(
        "a migration failed and was undone: correct what its error names and run `allocations migrate` again, with the login \
         that owns schema es"
    )]
    Apply(#[source] sqlx::migrate::MigrateError),
    /// No room for the next events.
    #[error(
        "the next partitions of the log could not be made: run `allocations migrate` again as the owner of schema es"
    )]
    Partitions(#[source] sqlx::Error),
    /// A login that does not own the schema may not even look.
    #[error(
        "this login does not own schema es and cannot see whether it is up to date: run `allocations migrate` with the \
         owner's login, and let the owner `grant allocations_app` to this one"
    )]
    Look(#[source] sqlx::Error),
    /// The schema is older than this program, and this login may not change it.
    #[error(
        "the schema lacks migrations {missing:?}, and this login does not own it: run `allocations migrate` with the \
         owner's login first"
    )]
    Behind {
        /// The numbers of the migrations.
        missing: Vec<i64>,
    },
}

/// Applies what is missing and makes the next partitions. Safe from several replicas at once: one works, the others wait.
///
/// # Errors
/// When the database cannot be reached, or a migration fails.
pub async fn migrate(database_url: &str) -> Result<(), MigrateError> {
    let mut connection = connect(database_url).await?;
    match grants::other_owner(&mut connection).await {
        Ok(None) => apply(&mut connection).await?,
        Ok(Some(owner)) => return Err(MigrateError::NotOwner(owner)),
        Err(error) => return Err(MigrateError::Look(error)),
    }
    connection.close().await.map_err(MigrateError::Connect)
}

/// What a service does before it opens the log. With the owner's login it migrates; with any other, which cannot do more than
/// `allocations_app` may, it looks whether nothing is missing.
///
/// # Errors
/// As [`migrate`], and when something is missing that this login may not make.
pub async fn migrate_or_look(database_url: &str) -> Result<(), MigrateError> {
    let mut connection = connect(database_url).await?;
    // Where there is no schema yet, a login that may make one becomes its owner.
    if grants::other_owner(&mut connection)
        .await
        .map_err(MigrateError::Look)?
        .is_none()
    {
        apply(&mut connection).await?;
    } else {
        look(&mut connection).await?;
    }
    connection.close().await.map_err(MigrateError::Connect)
}

async fn connect(database_url: &str) -> Result<PgConnection, MigrateError> {
    let login = PgConnectOptions::from_str(database_url).map_err(|_| MigrateError::Url)?;
    let mut connection = PgConnection::connect_with(&login)
        .await
        .map_err(MigrateError::Connect)?;
    session::begin(&mut connection, QUIET).await.map_err(|error| {
        if session::is_read_only(&error) {
            MigrateError::ReadOnly
        } else {
            MigrateError::Connect(error)
        }
    })?;
    Ok(connection)
}

async fn apply(connection: &mut PgConnection) -> Result<(), MigrateError> {
    let lacking = grants::lacking(connection).await.map_err(MigrateError::Look)?;
    if !lacking.is_empty() {
        return Err(MigrateError::NotAllowed { lacking });
    }
    MIGRATIONS
        .run(&mut *connection)
        .await
        .map_err(MigrateError::Apply)?;
    make_partitions(connection)
        .await
        .map_err(MigrateError::Partitions)
}

async fn look(connection: &mut PgConnection) -> Result<(), MigrateError> {
    connection
        .execute(BECOME_APPLICATION)
        .await
        .map_err(MigrateError::Look)?;
    let applied: Vec<i64> = sqlx::query_scalar("select version from _sqlx_migrations where success")
        .fetch_all(connection)
        .await
        .map_err(MigrateError::Look)?;
    let needed = MIGRATIONS.iter().map(|migration| migration.version);
    let missing: Vec<i64> = needed.filter(|version| !applied.contains(version)).collect();
    if missing.is_empty() {
        Ok(())
    } else {
        Err(MigrateError::Behind { missing })
    }
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
