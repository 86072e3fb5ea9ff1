//! Ports on 127.0.0.1: a free one is chosen once and remembered.

use std::{
    fs,
    net::{Ipv4Addr, TcpListener},
    path::Path,
    time::Duration,
};

use tokio::time::{Instant, sleep};

use crate::{POLL_INTERVAL, WorkbenchError};

/// A server that was just interrupted needs a moment to release its port.
const RELEASE_TIMEOUT: Duration = Duration::from_secs(3);

/// Which port a server is to listen on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Port {
    /// This one and no other.
    Fixed(u16),
    /// This one, where the server was last time, or another if that is taken.
    Preferred(u16),
    /// Any.
    Free,
}

impl Port {
    /// The port asked for, else the one remembered in `file`.
    pub(crate) fn asked_or_remembered(asked: Option<u16>, file: &Path) -> Self {
        let remembered = || {
            fs::read_to_string(file)
                .ok()
                .and_then(|text| text.trim().parse().ok())
        };
        match asked {
            Some(port) => Self::Fixed(port),
            None => remembered().map_or(Self::Free, Self::Preferred),
        }
    }

    /// A port that nothing listens on at this moment.
    pub(crate) async fn choose(self) -> Result<u16, WorkbenchError> {
        let (Self::Fixed(port) | Self::Preferred(port)) = self else {
            return any_free();
        };
        let asked = Instant::now();
        while !is_free(port) {
            if asked.elapsed() < RELEASE_TIMEOUT {
                sleep(POLL_INTERVAL).await;
            } else if self == Self::Fixed(port) {
                return Err(WorkbenchError::PortTaken { port });
            } else {
                let other = any_free()?;
                tracing::info!("port {port} is taken by another program, so {other} is used from now on");
                return Ok(other);
            }
        }
        Ok(port)
    }
}

/// Keeps `port` for the next start.
pub(crate) fn remember(port: u16, file: &Path) -> Result<(), WorkbenchError> {
    fs::write(file, port.to_string()).map_err(WorkbenchError::file("write", file))
}

fn is_free(port: u16) -> bool {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok()
}

fn any_free() -> Result<u16, WorkbenchError> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
        .and_then(|listener| listener.local_addr())
        .map(|address| address.port())
        .map_err(|source| WorkbenchError::Run {
            program: "a search for a free port".to_owned(),
            source,
        })
}
