//! The program, running on a data folder.

use std::{
    collections::BTreeSet,
    fs,
    net::{Ipv4Addr, TcpListener},
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Stdio},
    time::Duration,
};

use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};
use serde_json::Value;
use tempfile::TempDir;

/// Long, because a busy machine is no fault of the program.
const TIMEOUT: Duration = Duration::from_mins(3);

/// Asks until there is an answer.
pub(crate) async fn eventually<T>(what: &str, mut ask: impl FnMut() -> Option<T>) -> T {
    let asking = async {
        let mut glances = tokio::time::interval(Duration::from_millis(20));
        loop {
            glances.tick().await;
            if let Some(answer) = ask() {
                return answer;
            }
        }
    };
    let answered = tokio::time::timeout(TIMEOUT, asking).await;
    answered.unwrap_or_else(|_| panic!("waited in vain: {what}"))
}

/// A folder that an unprivileged Postgres can pass through.
pub(crate) fn folder() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
    folder
}

/// `allocations serve`, running.
pub(crate) struct Serving {
    pub(crate) program: Child,
    pub(crate) letter: PathBuf,
}

impl Serving {
    pub(crate) fn start(data: &Path, adjust: impl FnOnce(&mut Command)) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = listener.local_addr().unwrap().port().to_string();
        drop(listener);
        let mut command = Command::new(env!("CARGO_BIN_EXE_allocations"));
        command
            .args(["serve", "--prisoners", "20", "--port", &port, "--data-dir"])
            .arg(data)
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        adjust(&mut command);
        Self {
            program: command.spawn().unwrap(),
            letter: data.join("local.json"),
        }
    }

    /// What scripts read, once it is there.
    pub(crate) async fn letter(&mut self) -> Value {
        let letter = eventually("the letter is there", || {
            let ended = self.program.try_wait().unwrap();
            assert_eq!(ended, None, "it ended before it was ready");
            fs::read(&self.letter).ok()
        });
        serde_json::from_slice(&letter.await).unwrap()
    }

    /// The processes that it started, and those that they started.
    pub(crate) fn companions(&self) -> BTreeSet<u32> {
        let parents: Vec<_> = fs::read_dir("/proc")
            .unwrap()
            .flatten()
            .filter_map(|entry| entry.file_name().to_str()?.parse().ok())
            .filter_map(|process| Some((process, status(process, "PPid")?.parse().ok()?)))
            .collect();
        let mut family = BTreeSet::from([self.program.id()]);
        loop {
            let known = family.len();
            let children = parents.iter().filter(|(_, parent)| family.contains(parent));
            family.extend(children.map(|(process, _)| *process).collect::<Vec<u32>>());
            if family.len() == known {
                family.remove(&self.program.id());
                return family;
            }
        }
    }

    /// Tells the program alone to stop, as Ctrl-C does, and waits until it has ended.
    pub(crate) async fn interrupt(mut self) -> ExitStatus {
        let process = Pid::from_raw(self.program.id().try_into().unwrap());
        kill(process, Signal::SIGINT).unwrap();
        eventually("it ends", || self.program.try_wait().unwrap()).await
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        drop(self.program.kill());
        drop(self.program.wait());
    }
}

/// A line of what the kernel says of a process.
pub(crate) fn status(process: u32, name: &str) -> Option<String> {
    let text = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = text
        .lines()
        .find_map(|line| line.strip_prefix(name)?.strip_prefix(':'))?;
    Some(line.trim().to_owned())
}

/// A process that has ended may still wait for somebody to take notice.
pub(crate) fn runs(process: u32) -> bool {
    status(process, "State").is_some_and(|state| !state.starts_with('Z'))
}
