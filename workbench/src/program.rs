//! A program to run: its arguments, folder and account.

use std::{
    ffi::{OsStr, OsString},
    os::unix::process::{CommandExt, ExitStatusExt},
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
};

use nix::sys::signal::Signal;

use crate::{WorkbenchError, account::Account, environment::on_path, interruption};

const TAIL_LINES: usize = 12;

/// A program with its arguments, not yet started.
#[derive(Debug, Clone)]
pub(crate) struct Program {
    path: PathBuf,
    arguments: Vec<OsString>,
    environment: Vec<(OsString, OsString)>,
    folder: Option<PathBuf>,
    account: Option<Account>,
}

impl Program {
    pub(crate) fn new(path: impl Into<PathBuf>) -> Self {
        Self {
            path: path.into(),
            arguments: Vec::new(),
            environment: Vec::new(),
            folder: None,
            account: None,
        }
    }

    pub(crate) fn arg(mut self, argument: impl AsRef<OsStr>) -> Self {
        self.arguments.push(argument.as_ref().to_owned());
        self
    }

    pub(crate) fn args<T: AsRef<OsStr>>(mut self, arguments: impl IntoIterator<Item = T>) -> Self {
        self.arguments
            .extend(arguments.into_iter().map(|argument| argument.as_ref().to_owned()));
        self
    }

    pub(crate) fn env(mut self, name: impl AsRef<OsStr>, value: impl AsRef<OsStr>) -> Self {
        self.environment
            .push((name.as_ref().to_owned(), value.as_ref().to_owned()));
        self
    }

    pub(crate) fn folder(mut self, folder: &Path) -> Self {
        self.folder = Some(folder.to_owned());
        self
    }

    /// Runs as this account. Only root may run as another account.
    pub(crate) fn account(mut self, account: &Account) -> Self {
        self.account = Some(account.clone());
        self
    }

    pub(crate) fn name(&self) -> String {
        self.path.display().to_string()
    }

    /// Runs the program until it ends or this process does. A failure carries the last lines it printed.
    pub(crate) fn run(&self) -> Result<Output, WorkbenchError> {
        interruption::check()?;
        let output = self
            .interrupted_with_us()
            .stdin(Stdio::null())
            .output()
            .map_err(|source| WorkbenchError::Run {
                program: self.name(),
                source,
            })?;
        if output.status.success() {
            return Ok(output);
        }
        // Ctrl-C reaches whatever runs in the terminal.
        if output.status.signal() == Some(Signal::SIGINT as i32) {
            return Err(WorkbenchError::Interrupted);
        }
        let said = [output.stdout, output.stderr].concat();
        Err(WorkbenchError::Failed {
            program: self.name(),
            output: tail(&String::from_utf8_lossy(&said)),
        })
    }

    /// A command whose process is interrupted when the thread that spawned it ends.
    pub(crate) fn interrupted_with_us(&self) -> Command {
        match on_path("setpriv") {
            Some(setpriv) => {
                let mut command = Command::new(setpriv);
                command.args(["--pdeathsig", "INT", "--"]).arg(&self.path);
                self.configure(command)
            }
            None => self.configure(Command::new(&self.path)),
        }
    }

    fn configure(&self, mut command: Command) -> Command {
        command
            .args(&self.arguments)
            .envs(self.environment.iter().map(|(name, value)| (name, value)));
        if let Some(folder) = &self.folder {
            command.current_dir(folder);
        }
        if let Some(account) = self.account.as_ref().filter(|account| !account.is_ours()) {
            command.uid(account.uid).gid(account.gid);
        }
        command
    }
}

/// The last lines of what a program printed.
pub(crate) fn tail(text: &str) -> String {
    let lines: Vec<_> = text.lines().filter(|line| !line.trim().is_empty()).collect();
    let skipped = lines.len().saturating_sub(TAIL_LINES);
    lines.into_iter().skip(skipped).collect::<Vec<_>>().join("\n")
}
