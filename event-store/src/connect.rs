//! Connections that may do what the service may do, and no more.

use std::{str::FromStr, time::Duration};

use sqlx::{
    Connection, Executor, PgConnection, PgPool,
    postgres::{PgConnectOptions, PgPoolOptions},
};

/// How the service connects.
#[derive(Debug, Clone)]
pub struct ConnectOptions {
    /// At most this many connections, besides the writer's and the listener's.
    pub max_connections: u32,
    /// The name that the database shows for us.
    pub application_name: String,
    /// How long one statement may take before the database ends it.
    pub statement_timeout: Duration,
    /// How long to wait for a free connection.
    pub acquire_timeout: Duration,
}

impl Default for ConnectOptions {
    fn default() -> Self {
        Self {
            max_connections: 16,
            application_name: "allocations".to_owned(),
            statement_timeout: Duration::from_secs(30),
            acquire_timeout: Duration::from_secs(10),
        }
    }
}

/// The database cannot be reached, or does not let us be what we are.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// The address is not one.
    #[error("the database URL is malformed: write postgres://user:password@host:port/name")]
    Url,
    /// No connection as the application's role.
    #[error(
        "cannot connect to the database as allocations_app: check that it runs, and run `allocations migrate` first"
    )]
    Connect(#[source] sqlx::Error),
    /// Others hold all connections.
    #[error(
        "the database has no connection left, because others hold all of them: end some of those, \
         or raise its max_connections"
    )]
    NoConnectionLeft(#[source] sqlx::Error),
}

/// By which Postgres says that all its connections are in use.
const TOO_MANY_CONNECTIONS: &str = "53300";

impl ConnectError {
    /// What an attempt to connect came to. A pool that tries until its time is over keeps the reason to itself, so a connection
    /// outside asks for it.
    async fn of(error: sqlx::Error, login: &PgConnectOptions) -> Self {
        let reason = match error {
            sqlx::Error::PoolTimedOut => match PgConnection::connect_with(login).await {
                Ok(_) => sqlx::Error::PoolTimedOut,
                Err(reason) => reason,
            },
            other => other,
        };
        match &reason {
            sqlx::Error::Database(error) if error.code().as_deref() == Some(TOO_MANY_CONNECTIONS) => {
                Self::NoConnectionLeft(reason)
            }
            _ => Self::Connect(reason),
        }
    }
}

/// Notices that something is there already, or is not, are for whoever types statements.
pub(crate) const QUIET: &str = "set client_min_messages = warning";

/// A pool whose connections act as `allocations_app`, whatever login they use. Needs a migrated database.
///
/// # Errors
/// When the database cannot be reached, or was not migrated, or the login may not act as that role.
pub async fn connect(url: &str, options: ConnectOptions) -> Result<PgPool, ConnectError> {
    let login = PgConnectOptions::from_str(url).map_err(|_| ConnectError::Url)?;
    let limit = format!(
        "set statement_timeout = {}; {QUIET}",
        options.statement_timeout.as_millis()
    );
    let login = login.application_name(&options.application_name);
    let connected = pool(options.max_connections, options.acquire_timeout)
        .after_connect(move |connection, _| {
            let limit = limit.clone();
            Box::pin(async move {
                become_application(connection).await?;
                connection.execute(limit.as_str()).await?;
                Ok(())
            })
        })
        .connect_with(login.clone())
        .await;
    match connected {
        Ok(pool) => Ok(pool),
        Err(error) => Err(ConnectError::of(error, &login).await),
    }
}

/// A connection that was in use until now is taken to be alive; to ask each time would double the round trips.
const TRUSTED: Duration = Duration::from_millis(500);

fn pool(max_connections: u32, acquire_timeout: Duration) -> PgPoolOptions {
    PgPoolOptions::new()
        .max_connections(max_connections)
        .acquire_timeout(acquire_timeout)
        .test_before_acquire(false)
        .before_acquire(|connection, metadata| {
            Box::pin(async move { Ok(metadata.idle_for <= TRUSTED || connection.ping().await.is_ok()) })
        })
}

/// How everything that is read by key is planned. A plan that was made while a table was small is kept until the table is
/// analysed, and would read the whole of it until then.
pub(crate) const BY_KEY: &str = "set enable_seqscan = off; set jit = off";

/// A pool for reading the log by key. It is apart from the service's own, so that commands do not wait behind queries.
pub(crate) fn by_key(login: PgConnectOptions, max_connections: u32) -> PgPool {
    pool(max_connections, ConnectOptions::default().acquire_timeout)
        .after_connect(|connection, _| {
            Box::pin(async move {
                become_application(connection).await?;
                connection.execute(BY_KEY).await?;
                connection.execute("set statement_timeout = '30s'").await?;
                Ok(())
            })
        })
        .connect_lazy_with(login)
}

/// From here on the connection can read and append, but not change the past.
pub(crate) async fn become_application(connection: &mut PgConnection) -> Result<(), sqlx::Error> {
    connection.execute("set role allocations_app").await.map(|_| ())
}
