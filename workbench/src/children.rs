//! Child processes that end with us, however we end.

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
    WorkbenchError,
    program::{Program, tail},
};

/// How often a condition is looked at again.
pub(crate) const GLANCE: Duration = Duration::from_millis(20);

const STOP_PATIENCE: Duration = Duration::from_mins(1);

type Order = (Command, mpsc::SyncSender<io::Result<Child>>);

/// A server process of ours, with its log.
#[derive(Debug)]
pub(crate) struct Companion {
    name: &'static str,
    child: Child,
    log: PathBuf,
    log_start: u64,
}

impl Companion {
    /// Starts `program` so that it is interrupted when this process ends, and out of reach of the terminal's
    /// Ctrl-C: the application is told first, and stops its servers after it has finished with them.
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
        let child = spawn_from_keeper(command).map_err(|source| WorkbenchError::Run {
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

    /// The end of what the process has printed since it was started.
    pub(crate) fn last_words(&self) -> String {
        let mut said = Vec::new();
        let read = File::open(&self.log).and_then(|mut file| {
            file.seek(SeekFrom::Start(self.log_start))?;
            file.read_to_end(&mut said)
        });
        match read {
            Ok(_) => tail(&String::from_utf8_lossy(&said)),
            Err(error) => format!("(the log cannot be read: {error})"),
        }
    }

    pub(crate) fn not_started(&self) -> WorkbenchError {
        WorkbenchError::NotStarted {
            server: self.name,
            log: self.log.clone(),
            tail: self.last_words(),
        }
    }

    /// Asks the process to end and waits until it has.
    pub(crate) async fn stop(&mut self) -> Result<(), WorkbenchError> {
        self.interrupt();
        let asked = Instant::now();
        while self.is_running() {
            if asked.elapsed() > STOP_PATIENCE {
                return Err(WorkbenchError::NotStopped {
                    server: self.name,
                    pid: self.child.id(),
                    seconds: STOP_PATIENCE.as_secs(),
                });
            }
            sleep(GLANCE).await;
        }
        Ok(())
    }

    /// Ends the process without warning, and waits until it has gone.
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

impl Drop for Companion {
    fn drop(&mut self) {
        self.interrupt();
    }
}

/// The kernel sends the death signal when the *thread* that spawned a child ends, so one thread that never
/// ends spawns them all.
fn spawn_from_keeper(command: Command) -> io::Result<Child> {
    static KEEPER: OnceLock<mpsc::Sender<Order>> = OnceLock::new();
    let keeper = KEEPER.get_or_init(|| {
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
    keeper.send((command, reply)).map_err(|_| gone())?;
    answer.recv().map_err(|_| gone())?
}
