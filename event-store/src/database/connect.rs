//! Connections that may do what the service may do, and no more.

use std::{str::FromStr, sync::Arc, time::Duration};

use sqlx::{
    Connection, PgConnection, PgPool,
    postgres::{PgConnectOptions, PgPoolOptions},
};
use uuid::Uuid;

use crate::database::session::{self, LastAnswer};

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
    /// Whether a server that takes no writes will do: for commands that only look.
    pub any_server: bool,
}

impl Default for ConnectOptions {
    fn default() -> Self {
        Self {
            max_connections: 16,
            application_name: "allocations".to_owned(),
            statement_timeout: Duration::from_secs(30),
            acquire_timeout: Duration::from_secs(10),
            any_server: false,
        }
    }
}

/// The database cannot be reached, or does not let us be what we are.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// The address is not one.
    #[error("the database URL is malformed: write postgres://user:password@host:port/name")]
    Url,
    /// It takes no writes.
    #[error(
        "the database takes no writes now: it is read-only (see `show default_transaction_read_only`) or a standby; make it \
         writable, or name the server that is"
    )]
    ReadOnly,
    /// No connection as the application's role.
    #[error(
        "cannot connect to the database as allocations_app: check that it runs, run `allocations migrate` first, and have \
         allocations_app granted to this login"
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

impl From<sqlx::Error> for ConnectError {
    fn from(error: sqlx::Error) -> Self {
        match &error {
            _ if session::is_read_only(&error) => Self::ReadOnly,
            sqlx::Error::Database(said) if said.code().as_deref() == Some(TOO_MANY_CONNECTIONS) => {
                Self::NoConnectionLeft(error)
            }
            _ => Self::Connect(error),
        }
    }
}

/// A pool whose connections act as `allocations_app`, whatever login they use, at a server that takes writes. Needs a migrated
/// database.
///
/// # Errors
/// When the database cannot be reached, takes no writes, was not migrated, or the login may not act as that role.
pub async fn connect(url: &str, options: ConnectOptions) -> Result<PgPool, ConnectError> {
    let login = PgConnectOptions::from_str(url).map_err(|_| ConnectError::Url)?;
    let login = login.application_name(&options.application_name);
    // A pool would try until its patience ends, and not say why it could not.
    try_once(&login, &options).await?;
    Ok(pool(&options).connect_lazy_with(login))
}

async fn try_once(login: &PgConnectOptions, options: &ConnectOptions) -> Result<(), sqlx::Error> {
    let mut connection = PgConnection::connect_with(login).await?;
    let begun = session::begin(&mut connection, session::BECOME_APPLICATION).await;
    connection.close().await?;
    begun.or_else(|error| match error {
        error if options.any_server && session::is_read_only(&error) => Ok(()),
        error => Err(error),
    })
}

/// A connection that was in use until now is taken to be good, if this lately one has said that the server takes writes. To ask
/// each of them each time would double the round trips.
const TRUSTED: Duration = Duration::from_millis(500);

/// All pools that are made with these options and their clones are known as one process.
fn pool(options: &ConnectOptions) -> PgPoolOptions {
    let beginning: Arc<str> = session::beginning(Uuid::now_v7(), options.statement_timeout).into();
    let any_server = options.any_server;
    let answered = Arc::new(LastAnswer::default());
    PgPoolOptions::new()
        .max_connections(options.max_connections)
        .acquire_timeout(options.acquire_timeout)
        .test_before_acquire(false)
        .after_connect(move |connection, _| {
            let beginning = beginning.clone();
            Box::pin(async move {
                match session::begin(connection, &beginning).await {
                    Err(error) if any_server && session::is_read_only(&error) => Ok(()),
                    begun => begun,
                }
            })
        })
        .before_acquire(move |connection, metadata| {
            let answered = answered.clone();
            Box::pin(async move {
                if any_server {
                    return Ok(metadata.idle_for <= TRUSTED || connection.ping().await.is_ok());
                }
                if metadata.idle_for <= TRUSTED && answered.is_within(TRUSTED) {
                    return Ok(true);
                }
                let good = session::ask(connection).await.is_ok();
                if good {
                    answered.note();
                }
                Ok(good)
            })
        })
}

/// How everything that is read by key is planned. A plan that was made while a table was small is kept until the table is
/// analysed, and would read the whole of it until then.
const BY_KEY: [(&str, &str); 2] = [("enable_seqscan", "off"), ("jit", "off")];

/// A pool for reading the log by key. It is apart from the service's own, so that commands do not wait behind queries.
pub(crate) fn by_key(pool: &PgPool, max_connections: u32) -> PgPool {
    let login = (*pool.connect_options()).clone().options(BY_KEY);
    let options = pool.options().clone().max_connections(max_connections);
    options.connect_lazy_with(login)
}
