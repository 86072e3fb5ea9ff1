//! What `postmaster.pid` says about a server that somebody else may have started.

use std::{fs, path::Path};

/// A live server process of a data folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Postmaster {
    pub(crate) port: u16,
    /// Takes connections: neither starting nor stopping.
    pub(crate) ready: bool,
}

impl Postmaster {
    /// The server that has the data folder, if its process is alive.
    pub(crate) fn of(data: &Path) -> Option<Self> {
        let text = fs::read_to_string(data.join("postmaster.pid")).ok()?;
        let line = |number: usize| text.lines().nth(number).map(str::trim);
        let program = fs::read_to_string(Path::new("/proc").join(line(0)?).join("comm")).ok()?;
        program.trim().starts_with("postgres").then(|| Self {
            port: line(3).and_then(|port| port.parse().ok()).unwrap_or(0),
            ready: line(7) == Some("ready"),
        })
    }
}
