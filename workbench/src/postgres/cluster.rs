//! One Postgres server and its data folder.

use std::{path::Path, time::Duration};

use tokio::time::{Instant, sleep};

use crate::{
    POLL_INTERVAL, WorkbenchError,
    child_process::ChildProcess,
    lock_file,
    output::to_stderr,
    ports::{self, Port},
    postgres::{
        ClusterOptions, Durability, PostgresBinaries,
        home::Home,
        owner::{DataFolder, Owner},
        postmaster::Postmaster,
        users::Users,
    },
};

const SERVER: &str = "Postgres";

/// Recovery after a crash replays the log before it answers.
const RECOVERY_TIMEOUT: Duration = Duration::from_mins(2);

/// The backends of a killed server hold the data folder for some seconds.
const LOCK_TIMEOUT: Duration = Duration::from_secs(30);

/// How long other clients may hold all connections.
const CONNECTION_TIMEOUT: Duration = Duration::from_secs(5);

/// Parts of the messages of failures that pass by themselves.
const TRANSIENT: [&str; 4] = [
    "lock file \"postmaster.pid\"",
    "shared memory block",
    "could not bind",
    "Address already in use",
];

/// What somebody is told whose start waits for others.
const WAITING_TO_START: &str = "Another command works on this Postgres: waiting until it has ended.";

/// What somebody is told whose end waits for others.
const WAITING_TO_STOP: &str =
    "Other commands still work on this Postgres: it is stopped when they have ended.";

/// A running Postgres. It is stopped by [`Cluster::stop`], and at the latest when the process that started it ends.
#[derive(Debug)]
pub struct Cluster {
    home: Home,
    binaries: PostgresBinaries,
    durability: Durability,
    settings: Vec<(String, String)>,
    owner: Owner,
    users: Users,
    server: Option<ChildProcess>,
}

impl Cluster {
    /// Whether there is a cluster of this folder. Nothing is made and nothing started.
    #[must_use]
    pub fn is_made(data_dir: &Path) -> bool {
        Home::is_made(data_dir)
    }

    /// Makes the cluster when the folder is empty, and starts it. Returns when it answers SQL. A server that
    /// already runs on the folder is used as it is, and is left running by [`Cluster::stop`].
    pub async fn start(options: ClusterOptions) -> Result<Self, WorkbenchError> {
        let home = Home::open(&options.data_dir)?;
        let users = Users::join(home.folder()).await?;
        let lock = lock_file::lock(home.folder()).await?;
        let cluster = Self::launched(home, users, options).await?;
        drop(lock);
        Ok(cluster)
    }

    /// The same, on a server of this process: one that another process started ends with that process. Waits
    /// until it has ended.
    pub async fn start_own(options: ClusterOptions) -> Result<Self, WorkbenchError> {
        let home = Home::open(&options.data_dir)?;
        let users = Users::open(home.folder())?;
        let mut is_said = false;
        while !users.try_alone()? || Postmaster::of(&home.data()).is_some() {
            users.leave()?;
            if !std::mem::replace(&mut is_said, true) {
                to_stderr(WAITING_TO_START);
            }
            sleep(POLL_INTERVAL).await;
        }
        // Locked before the others are let in, so that none of them starts the server first.
        let lock = lock_file::lock(home.folder()).await?;
        users.share()?;
        let cluster = Self::launched(home, users, options).await?;
        drop(lock);
        Ok(cluster)
    }

    async fn launched(home: Home, users: Users, options: ClusterOptions) -> Result<Self, WorkbenchError> {
        let ClusterOptions {
            data_dir: _,
            binaries,
            durability,
            port,
            settings,
        } = options;
        home.initialise(&binaries, durability).await?;
        let owner = Owner {
            port: 0,
            password: home.password()?,
        };
        let port = Port::asked_or_remembered(port, &home.port_file());
        let mut cluster = Self {
            home,
            binaries,
            durability,
            settings,
            owner,
            users,
            server: None,
        };
        cluster.launch(port).await?;
        Ok(cluster)
    }

    /// The libpq URL of a database, for the owner of the cluster. It holds the password.
    #[must_use]
    pub fn url(&self, database: &str) -> String {
        self.owner.url(database)
    }

    /// The port on 127.0.0.1.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.owner.port
    }

    /// Where everything about this cluster is kept; not always the folder that was asked for, because root's
    /// own folders are closed to Postgres.
    #[must_use]
    pub fn folder(&self) -> &Path {
        self.home.folder()
    }

    /// Leaves the server. Who started it waits until all other users have left, stops it and waits for its end.
    /// [`Cluster::restart`] starts it again.
    pub async fn stop(&mut self) -> Result<(), WorkbenchError> {
        if let Some(server) = &mut self.server
            && server.is_running()
        {
            self.users.outlast(WAITING_TO_STOP).await?;
            server.stop().await?;
        }
        self.server = None;
        self.users.leave()
    }

    /// Kills the server as a power cut would: nothing is flushed.
    pub fn kill(&mut self) -> Result<(), WorkbenchError> {
        self.server
            .take()
            .ok_or(WorkbenchError::NotRunning { server: SERVER })?
            .kill()
    }

    /// Starts the server again after [`Cluster::stop`] or [`Cluster::kill`], on the same port and data.
    pub async fn restart(&mut self) -> Result<(), WorkbenchError> {
        self.stop().await?;
        self.users.share()?;
        self.launch(Port::Fixed(self.owner.port)).await
    }

    /// Whether the server has ended without [`Cluster::stop`].
    pub fn has_exited(&mut self) -> bool {
        match &mut self.server {
            Some(server) => !server.is_running(),
            None => Postmaster::of(&self.home.data()).is_none(),
        }
    }

    pub(crate) fn owner(&self) -> &Owner {
        &self.owner
    }

    async fn launch(&mut self, port: Port) -> Result<(), WorkbenchError> {
        let begun = Instant::now();
        loop {
            match Postmaster::of(&self.home.data()) {
                Some(running) if running.ready => {
                    self.owner.port = running.port;
                    match self.owner.data_folder().await {
                        DataFolder::Is(folder) if self.home.data() == *folder => {
                            tracing::debug!("using the Postgres that already runs on port {}", running.port);
                            return Ok(());
                        }
                        DataFolder::NoConnectionLeft if begun.elapsed() > CONNECTION_TIMEOUT => {
                            return Err(WorkbenchError::NoConnectionLeft { port: running.port });
                        }
                        _ => {}
                    }
                }
                Some(_) => {}
                None => {
                    self.owner.port = port.choose().await?;
                    let server = ChildProcess::spawn(SERVER, &self.program(), &self.home.log())?;
                    if let Some(ready) = self.until_ready(server, begun).await? {
                        self.server = Some(ready);
                        return ports::remember(self.owner.port, &self.home.port_file());
                    }
                }
            }
            if begun.elapsed() > RECOVERY_TIMEOUT {
                return Err(WorkbenchError::InUse {
                    path: self.home.data(),
                });
            }
            sleep(POLL_INTERVAL).await;
        }
    }

    /// The server once it answers, or nothing if it gave up for a reason that will pass.
    async fn until_ready(
        &self,
        mut server: ChildProcess,
        begun: Instant,
    ) -> Result<Option<ChildProcess>, WorkbenchError> {
        while begun.elapsed() < RECOVERY_TIMEOUT {
            if !server.is_running() {
                let printed = server.log_tail();
                let transient = TRANSIENT.iter().any(|reason| printed.contains(reason));
                return if transient && begun.elapsed() < LOCK_TIMEOUT {
                    Ok(None)
                } else {
                    Err(server.not_started())
                };
            }
            if self.answers().await {
                return Ok(Some(server));
            }
            sleep(POLL_INTERVAL).await;
        }
        Err(server.not_started())
    }

    /// Whether the server on our port is the one of our data folder.
    async fn answers(&self) -> bool {
        let answered = self.owner.data_folder().await;
        matches!(answered, DataFolder::Is(folder) if self.home.data() == *folder)
    }

    fn program(&self) -> crate::program::Program {
        let port = self.owner.port.to_string();
        let common = [
            ("listen_addresses", "127.0.0.1"),
            ("port", port.as_str()),
            ("unix_socket_directories", ""),
            ("max_connections", "200"),
            ("timezone", "UTC"),
            ("log_timezone", "UTC"),
        ];
        let unsafe_settings = [
            ("fsync", "off"),
            ("synchronous_commit", "off"),
            ("full_page_writes", "off"),
        ];
        let unsafe_settings = unsafe_settings
            .into_iter()
            .filter(|_| self.durability == Durability::None);
        let asked = self
            .settings
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()));
        let program = self
            .home
            .program(&self.binaries, "postgres")
            .arg("-D")
            .arg(self.home.data());
        common
            .into_iter()
            .chain(unsafe_settings)
            .chain(asked)
            .fold(program, |program, (name, value)| {
                program.arg("-c").arg(format!("{name}={value}"))
            })
    }
}
