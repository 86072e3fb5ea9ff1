//! Errors of the local servers, each with what to do about it.

use std::path::{Path, PathBuf};

use thiserror::Error;

/// A server could not be found, installed, started or stopped.
#[derive(Debug, Error)]
pub enum WorkbenchError {
    /// A file or folder could not be used.
    #[error("cannot {action} {}", path.display())]
    File {
        /// What was attempted, as a verb: "create", "read".
        action: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// What the operating system said.
        #[source]
        source: std::io::Error,
    },

    /// A program could not be run at all.
    #[error("cannot run {program}")]
    Run {
        /// The program.
        program: String,
        /// What the operating system said.
        #[source]
        source: std::io::Error,
    },

    /// A program ran and reported failure.
    #[error("{program} failed: {output}")]
    Failed {
        /// The program.
        program: String,
        /// The end of what it printed.
        output: String,
    },

    /// SIGINT or SIGTERM.
    #[error("interrupted: start again to go on")]
    Interrupted,

    /// No way of getting a tool worked.
    #[error("no {what} could be found or installed ({tried}); ask an administrator to run: {remedy}")]
    NotInstalled {
        /// The tool.
        what: &'static str,
        /// What was tried, and how each attempt ended.
        tried: String,
        /// The one command that provides it.
        remedy: &'static str,
    },

    /// A configured folder does not hold the Postgres programs.
    #[error("{variable} names {}, which holds no initdb and postgres; correct it or unset it", path.display())]
    NoProgramsThere {
        /// The environment variable.
        variable: &'static str,
        /// Its value.
        path: PathBuf,
    },

    /// Postgres needs an account name and the present user has none.
    #[error(
        "user id {uid} has no entry in /etc/passwd, which Postgres needs; add one or run as another user"
    )]
    NoAccount {
        /// The numeric user id of this process.
        uid: u32,
    },

    /// Root may not run Postgres, and there is no other account to run it as.
    #[error(
        "Postgres refuses to run as root, and neither 'postgres' nor 'nobody' exists; create one of them"
    )]
    NoUnprivilegedAccount,

    /// The data belongs to somebody else.
    #[error("{} belongs to user id {owner}; run as that user, or choose another data folder", path.display())]
    NotOurs {
        /// The data folder.
        path: PathBuf,
        /// The user id that owns it.
        owner: u32,
    },

    /// Another process is using the folder.
    #[error("{} is in use by another process; stop it, or choose another data folder", path.display())]
    InUse {
        /// The folder.
        path: PathBuf,
    },

    /// The requested port is taken.
    #[error("port {port} is in use by another program; stop it, or choose another port")]
    PortTaken {
        /// The port on 127.0.0.1.
        port: u16,
    },

    /// Others hold all connections of the running server.
    #[error(
        "Postgres runs on port {port} and has no connection left, because others hold all of them; \
         end some of those and try again"
    )]
    NoConnectionLeft {
        /// Its port on 127.0.0.1.
        port: u16,
    },

    /// A server ended, or never answered, while it was being started.
    #[error("{server} did not start; the end of {}: {tail}", log.display())]
    NotStarted {
        /// Which server.
        server: &'static str,
        /// Its log file.
        log: PathBuf,
        /// The last lines of that file.
        tail: String,
    },

    /// A server did not end when asked to.
    #[error("{server} (process {pid}) is still running after {seconds} s; end it with: kill -9 {pid}")]
    NotStopped {
        /// Which server.
        server: &'static str,
        /// Its process id.
        pid: u32,
        /// How long this process waited for it.
        seconds: u64,
    },

    /// The server was stopped and not started again.
    #[error("{server} is not running")]
    NotRunning {
        /// Which server.
        server: &'static str,
    },

    /// A database name with characters that would need quoting.
    #[error("'{name}' cannot name a database here: use up to 63 lower-case letters, digits and '_'")]
    DatabaseName {
        /// The name as given.
        name: String,
    },

    /// Postgres refused a statement.
    #[error("Postgres refused to {action}")]
    Sql {
        /// What was attempted.
        action: String,
        /// What Postgres said.
        #[source]
        source: sqlx::Error,
    },
}

impl WorkbenchError {
    /// For `map_err` on file operations.
    pub(crate) fn file(action: &'static str, path: &Path) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::File { action, path, source }
    }
}

/// The message of an error, followed by those of its causes.
pub(crate) fn with_causes(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(Some(error), |error| error.source());
    causes.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}
