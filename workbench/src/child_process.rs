//! Child processes that end with this process, however it ends.

use std::{
    fs::{File, OpenOptions},
    io::{self, Read, Seek, SeekFrom},
    os::unix::process::CommandExt,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{OnceLock, mpsc},
    time::Duration,
};

use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};
use tokio::time::{Instant, sleep};

use crate::{
    POLL_INTERVAL, WorkbenchError,
    program::{Program, tail},
};

const STOP_TIMEOUT: Duration = Duration::from_mins(1);

type Order = (Command, mpsc::SyncSender<io::Result<Child>>);

/// A server that this process started, with its log.
#[derive(Debug)]
pub(crate) struct ChildProcess {
    name: &'static str,
    child: Child,
    log: PathBuf,
    log_start: u64,
}

impl ChildProcess {
    /// Starts `program`. It is interrupted when this process ends. The terminal's Ctrl-C does not reach it: the application
    /// stops its servers after it has finished with them.
    pub(crate) fn spawn(name: &'static str, program: &Program, log: &Path) -> Result<Self, WorkbenchError> {
        let file = OpenOptions::new()
            .create(true)
            .append(true)
            .open(log)
            .map_err(WorkbenchError::file("open", log))?;
        let log_start = file.metadata().map_err(WorkbenchError::file("read", log))?.len();
        let stderr = file.try_clone().map_err(WorkbenchError::file("open", log))?;
        let mut command = program.interrupted_with_us();
        command
            .stdin(Stdio::null())
            .stdout(file)
            .stderr(stderr)
            .process_group(0);
        let child = spawn_from_lasting_thread(command).map_err(|source| WorkbenchError::Run {
            program: program.name(),
            source,
        })?;
        Ok(Self {
            name,
            child,
            log: log.to_owned(),
            log_start,
        })
    }

    pub(crate) fn is_running(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(None))
    }

    /// The last lines that the process has printed since its start.
    pub(crate) fn log_tail(&self) -> String {
        let mut printed = Vec::new();
        let read = File::open(&self.log).and_then(|mut file| {
            file.seek(SeekFrom::Start(self.log_start))?;
            file.read_to_end(&mut printed)
        });
        match read {
            Ok(_) => tail(&String::from_utf8_lossy(&printed)),
            Err(error) => format!("(the log cannot be read: {error})"),
        }
    }

    pub(crate) fn not_started(&self) -> WorkbenchError {
        WorkbenchError::NotStarted {
            server: self.name,
            log: self.log.clone(),
            tail: self.log_tail(),
        }
    }

    /// Interrupts the process and waits until it has ended.
    pub(crate) async fn stop(&mut self) -> Result<(), WorkbenchError> {
        self.interrupt();
        let asked = Instant::now();
        while self.is_running() {
            if asked.elapsed() > STOP_TIMEOUT {
                return Err(WorkbenchError::NotStopped {
                    server: self.name,
                    pid: self.child.id(),
                    seconds: STOP_TIMEOUT.as_secs(),
                });
            }
            sleep(POLL_INTERVAL).await;
        }
        Ok(())
    }

    /// Kills the process and waits until it has ended.
    pub(crate) fn kill(&mut self) -> Result<(), WorkbenchError> {
        self.child
            .kill()
            .and_then(|()| self.child.wait())
            .map(drop)
            .map_err(|source| WorkbenchError::Run {
                program: format!("kill -9 {}", self.child.id()),
                source,
            })
    }

    fn interrupt(&mut self) {
        if self.is_running()
            && let Ok(pid) = i32::try_from(self.child.id())
            && let Err(error) = kill(Pid::from_raw(pid), Signal::SIGINT)
        {
            tracing::warn!(server = self.name, pid, %error, "could not interrupt the server");
        }
    }
}

impl Drop for ChildProcess {
    fn drop(&mut self) {
        self.interrupt();
    }
}

/// Spawns the command from one thread that never ends: the kernel sends the death signal when the *thread* that spawned a
/// child ends.
fn spawn_from_lasting_thread(command: Command) -> io::Result<Child> {
    static SPAWNER: OnceLock<mpsc::Sender<Order>> = OnceLock::new();
    let spawner = SPAWNER.get_or_init(|| {
        let (orders, inbox) = mpsc::channel::<Order>();
        std::thread::spawn(move || {
            for (mut command, reply) in inbox {
                if let Err(mpsc::SendError(Ok(mut orphan))) = reply.send(command.spawn()) {
                    drop(orphan.kill());
                }
            }
        });
        orders
    });
    let gone = || io::Error::other("the thread that starts child processes has ended");
    let (reply, answer) = mpsc::sync_channel(1);
    spawner.send((command, reply)).map_err(|_| gone())?;
    answer.recv().map_err(|_| gone())?
}
