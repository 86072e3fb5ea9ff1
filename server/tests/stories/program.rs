//! The program in a folder of its own, with these settings and no others.

use std::{
    fs,
    path::Path,
    process::{Command, Output},
};

use tempfile::TempDir;

/// 32 bytes of nothing.
pub(crate) const KEY: (&str, &str) = (
    "PERSONAL_DATA_KEY",
    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
);

/// What a run came to.
pub(crate) struct Ended {
    pub(crate) code: i32,
    pub(crate) told: String,
    pub(crate) complained: String,
}

impl From<Output> for Ended {
    fn from(output: Output) -> Self {
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Self {
            code: output.status.code().unwrap(),
            told: text(output.stdout),
            complained: text(output.stderr),
        }
    }
}

/// A folder to run in.
pub(crate) struct Place {
    folder: TempDir,
    settings: Vec<(String, String)>,
}

impl Place {
    pub(crate) fn with(settings: &[(&str, &str)]) -> Self {
        let settings = settings.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned()));
        Self {
            folder: TempDir::new().unwrap(),
            settings: settings.collect(),
        }
    }

    /// Where it is.
    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    /// What a setting says.
    pub(crate) fn setting(&self, name: &str) -> String {
        let known = self.settings.iter().find(|(known, _)| known == name);
        known.unwrap().1.clone()
    }

    /// The command, not yet begun.
    pub(crate) fn command(&self, words: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_allocations"));
        command
            .args(words.split_whitespace())
            .current_dir(self.folder.path())
            .env_clear()
            .envs(self.settings.iter().map(|(n, v)| (n, v)));
        command
    }

    /// Runs a command to its end.
    pub(crate) fn run(&self, words: &str) -> Ended {
        self.command(words).output().unwrap().into()
    }

    /// Whether nothing was left here.
    pub(crate) fn is_bare(&self) -> bool {
        fs::read_dir(self.folder.path()).unwrap().next().is_none()
    }
}
