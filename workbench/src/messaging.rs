//! A local SNS and SQS: an emulator that speaks the real protocol on 127.0.0.1.

use std::{
    fs::File,
    net::Ipv4Addr,
    path::{Path, PathBuf},
    time::Duration,
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::{Instant, sleep, timeout},
};

use crate::{
    POLL_INTERVAL, WorkbenchError,
    child_process::ChildProcess,
    folders,
    install::{self, npm::Npm},
    lock_file,
    ports::{self, Port},
    program::Program,
};

const SERVER: &str = "the local SNS and SQS";
const TOOL: &str = "fauxqs-2.4.1-node-24";
const MANIFEST: &str = include_str!("../tools/aws/package.json");
const LOCK: &str = include_str!("../tools/aws/package-lock.json");
const LOOPBACK: &str = include_str!("../tools/aws/loopback.mjs");
const REGION: &str = "eu-west-2";
const ANYTHING: &str = "local";
const START_TIMEOUT: Duration = Duration::from_mins(1);
const ANSWER_TIMEOUT: Duration = Duration::from_secs(2);

/// How the emulator is to be run.
#[derive(Debug, Clone)]
pub struct LocalAwsOptions {
    /// The folder of this emulator alone; made when it is missing.
    pub data_dir: PathBuf,
    /// Where the emulator is installed, or will be.
    pub tools_dir: PathBuf,
    /// Whether topics, queues and messages survive a restart.
    pub durable: bool,
    /// The port on 127.0.0.1; `None` takes the one used before, or any that is free.
    pub port: Option<u16>,
}

/// A running SNS and SQS. It is stopped by [`LocalAws::stop`], and at the latest when this process ends.
#[derive(Debug)]
pub struct LocalAws {
    port: u16,
    server: ChildProcess,
    _lock: File,
}

impl LocalAws {
    /// Installs the emulator if need be, starts it and returns when it answers. The port is remembered, so
    /// queue URLs stay valid from one start to the next.
    pub async fn start(options: LocalAwsOptions) -> Result<Self, WorkbenchError> {
        let LocalAwsOptions {
            data_dir,
            tools_dir,
            durable,
            port,
        } = options;
        let data = folders::create(&data_dir)?;
        let lock = lock_file::try_lock(&data)?;
        let emulator = tokio::task::spawn_blocking(move || Emulator::find_or_install(&tools_dir))
            .await
            .map_err(|source| WorkbenchError::Run {
                program: TOOL.to_owned(),
                source: source.into(),
            })??;
        let port_file = data.join("port");
        let port = Port::asked_or_remembered(port, &port_file).choose().await?;
        let program = emulator.program(port, durable.then_some(&data));
        let server = ChildProcess::spawn(SERVER, &program, &data.join("messaging.log"))?;
        let server = until_ready(server, port).await?;
        ports::remember(port, &port_file)?;
        Ok(Self {
            port,
            server,
            _lock: lock,
        })
    }

    /// Whether it has ended without being asked to.
    pub fn has_exited(&mut self) -> bool {
        !self.server.is_running()
    }

    /// The URL that takes the place of the AWS endpoints.
    #[must_use]
    pub fn endpoint(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// The only region it has.
    #[must_use]
    pub fn region(&self) -> &'static str {
        REGION
    }

    /// Any key is accepted; this is the one to use.
    #[must_use]
    pub fn access_key_id(&self) -> &'static str {
        ANYTHING
    }

    /// Any key is accepted; this is the one to use.
    #[must_use]
    pub fn secret_access_key(&self) -> &'static str {
        ANYTHING
    }

    /// Stops the emulator and waits for it.
    pub async fn stop(mut self) -> Result<(), WorkbenchError> {
        self.server.stop().await
    }
}

/// The node that runs the emulator; both are installed on the first call, which blocks meanwhile.
pub(crate) fn node(tools: &Path) -> Result<PathBuf, WorkbenchError> {
    Ok(Emulator::find_or_install(tools)?.node)
}

/// The installed emulator and the node that runs it.
#[derive(Debug)]
struct Emulator {
    folder: PathBuf,
    node: PathBuf,
}

impl Emulator {
    fn find_or_install(tools: &Path) -> Result<Self, WorkbenchError> {
        let what = "a local SNS and SQS (fauxqs), from the npm registry";
        let folder = install::once(tools, TOOL, what, |folder| {
            Npm::find_or_install(tools)?.install_locked(MANIFEST, LOCK, folder)?;
            let loopback = folder.join("loopback.mjs");
            std::fs::write(&loopback, LOOPBACK).map_err(WorkbenchError::file("write", &loopback))
        })?;
        let machine = if cfg!(target_arch = "aarch64") {
            "arm64"
        } else {
            "x64"
        };
        let node = folder.join(format!("node_modules/node-linux-{machine}/bin/node"));
        Ok(Self { folder, node })
    }

    fn program(&self, port: u16, data: Option<&PathBuf>) -> Program {
        let program = Program::new(&self.node)
            .folder(&self.folder)
            .args([
                "--import",
                "./loopback.mjs",
                "--disable-warning=ExperimentalWarning",
            ])
            .arg("node_modules/fauxqs/dist/server.js")
            .env("FAUXQS_PORT", port.to_string())
            .env("FAUXQS_DEFAULT_REGION", REGION)
            .env("FAUXQS_LOGGER", "false");
        match data {
            Some(data) => program
                .env("FAUXQS_DATA_DIR", data)
                .env("FAUXQS_PERSISTENCE", "true"),
            None => program.env("FAUXQS_PERSISTENCE", "false"),
        }
    }
}

async fn until_ready(mut server: ChildProcess, port: u16) -> Result<ChildProcess, WorkbenchError> {
    let begun = Instant::now();
    while begun.elapsed() < START_TIMEOUT && server.is_running() {
        if matches!(timeout(ANSWER_TIMEOUT, lists_topics(port)).await, Ok(Ok(true))) {
            return Ok(server);
        }
        sleep(POLL_INTERVAL).await;
    }
    Err(server.not_started())
}

/// Whether SNS answers a real call.
async fn lists_topics(port: u16) -> std::io::Result<bool> {
    let body = "Action=ListTopics&Version=2010-03-31";
    let request = format!(
        "POST / HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await?;
    stream.write_all(request.as_bytes()).await?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await?;
    Ok(answer.starts_with("HTTP/1.1 200") && answer.contains("ListTopicsResult"))
}
