//! Where the local profile keeps its data.

use std::{
    fs::{self, File, OpenOptions, Permissions, TryLockError},
    io::{ErrorKind, Read, Write},
    os::unix::fs::{OpenOptionsExt, PermissionsExt},
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, anyhow};
use base64::{Engine, prelude::BASE64_STANDARD};
use event_store::MasterKey;
use nix::unistd::geteuid;
use ring::rand::{SecureRandom, SystemRandom};

use crate::exit::Failure;

/// The data folder; everything below it belongs to this checkout alone.
#[derive(Debug, Clone)]
pub struct DataFolder {
    path: PathBuf,
}

/// What keeps a folder out of repositories.
const IGNORING: &str = ".gitignore";

/// By these files a data folder is known; one of the last two is made first.
const OURS: [&str; 6] = [
    "personal-data-key",
    "token-key.pem",
    "estate.json",
    "local.json",
    "serving.lock",
    "work.lock",
];

/// What one process at a time does in a data folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Work {
    /// Serving from it.
    Serving,
    /// Filling it.
    Seeding,
}

impl Work {
    const fn name(self) -> &'static str {
        match self {
            Self::Serving => "serving",
            Self::Seeding => "seeding",
        }
    }
}

impl DataFolder {
    /// The folder, made if need be.
    ///
    /// # Errors
    /// When it cannot be made, or holds the files of something else.
    pub fn open(path: &Path) -> Result<Self, Failure> {
        let is_new = !path.exists();
        fs::create_dir_all(path).with_context(|| format!("cannot make the folder {}", path.display()))?;
        let folder = Self::existing(path)?;
        let is_empty = folder.holds_nothing()?;
        if !is_empty && !OURS.iter().any(|name| folder.path.join(name).exists()) {
            return Err(Failure::usage(anyhow!(
                "{} holds files of something else: name a new or empty folder with --data-dir",
                folder.path.display()
            )));
        }
        if is_new {
            // It holds keys. The Postgres of root runs as another account, which passes through and lists nothing.
            let closed = if geteuid().is_root() { 0o711 } else { 0o700 };
            close(&folder.path, closed)?;
        }
        if is_empty {
            // None of it belongs into a repository that it may lie in.
            write_private(&folder.path.join(IGNORING), b"*\n")?;
        }
        Ok(folder)
    }

    /// Whether there is nothing in it, but for what keeps it out of repositories.
    fn holds_nothing(&self) -> Result<bool> {
        let read = fs::read_dir(&self.path);
        let mut entries = read.with_context(|| format!("cannot read the folder {}", self.path.display()))?;
        Ok(entries.all(|entry| entry.is_ok_and(|entry| entry.file_name() == IGNORING)))
    }

    /// The folder as it is.
    ///
    /// # Errors
    /// When it is not there.
    pub fn existing(path: &Path) -> Result<Self> {
        let path = path
            .canonicalize()
            .with_context(|| format!("cannot find the folder {}", path.display()))?;
        Ok(Self { path })
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The right to this work in this folder, until the file is dropped.
    ///
    /// # Errors
    /// When another process serves from the folder or seeds it.
    pub fn work_alone(&self, work: Work) -> Result<File> {
        let path = self.path.join("work.lock");
        let mut file = private()
            .truncate(false)
            .read(true)
            .open(&path)
            .with_context(|| format!("cannot open {}", path.display()))?;
        match file.try_lock() {
            Ok(()) => {
                file.set_len(0)?;
                file.write_all(work.name().as_bytes())?;
                Ok(file)
            }
            Err(TryLockError::WouldBlock) => {
                let mut at_work = String::new();
                file.read_to_string(&mut at_work)?;
                Err(self.is_taken(&at_work))
            }
            Err(TryLockError::Error(error)) => {
                Err(error).with_context(|| format!("cannot lock {}", path.display()))
            }
        }
    }

    fn is_taken(&self, at_work: &str) -> anyhow::Error {
        let folder = self.path.display();
        if at_work == Work::Seeding.name() {
            anyhow!("a seeding is at work in {folder}: wait until it has ended, or choose another --data-dir")
        } else {
            anyhow!("{folder} is served by another process: stop it, or choose another --data-dir")
        }
    }

    /// The private Postgres.
    #[must_use]
    pub fn postgres(&self) -> PathBuf {
        self.path.join("postgres")
    }

    /// The local SNS and SQS, closed to everybody else: their files hold messages.
    ///
    /// # Errors
    /// When the folder cannot be made or closed.
    pub fn aws(&self) -> Result<PathBuf> {
        let path = self.path.join("aws");
        fs::create_dir_all(&path).with_context(|| format!("cannot make the folder {}", path.display()))?;
        close(&path, 0o700)?;
        Ok(path)
    }

    /// The key that signs local tokens.
    #[must_use]
    pub fn token_key(&self) -> PathBuf {
        self.path.join("token-key.pem")
    }

    /// `local.json`, which scripts read.
    #[must_use]
    pub fn manifest(&self) -> PathBuf {
        self.path.join("local.json")
    }

    /// Which estate the folder was first filled with.
    #[must_use]
    pub fn estate(&self) -> PathBuf {
        self.path.join("estate.json")
    }

    /// The key that wraps the keys of personal data, made on first use and readable by its owner only.
    ///
    /// # Errors
    /// When it cannot be read or made.
    pub fn personal_data_key(&self) -> Result<MasterKey> {
        let file = self.path.join("personal-data-key");
        let key = match fs::read_to_string(&file) {
            Ok(key) => key,
            Err(error) if error.kind() == ErrorKind::NotFound => new_key(&file)?,
            Err(error) => return Err(error).with_context(|| format!("cannot read {}", file.display())),
        };
        key.parse()
            .with_context(|| format!("{} is damaged: restore it", file.display()))
    }
}

/// How files are made that only their owner reads.
fn private() -> OpenOptions {
    let mut options = File::options();
    options.create(true).write(true).truncate(true).mode(0o600);
    options
}

fn close(folder: &Path, mode: u32) -> Result<()> {
    fs::set_permissions(folder, Permissions::from_mode(mode))
        .with_context(|| format!("cannot close the folder {}", folder.display()))
}

fn new_key(file: &Path) -> Result<String> {
    let mut key = [0_u8; 32];
    SystemRandom::new()
        .fill(&mut key)
        .map_err(|_| anyhow!("no random bytes can be had for a key"))?;
    let key = BASE64_STANDARD.encode(key);
    write_private(file, key.as_bytes())?;
    Ok(key)
}

/// Writes a file that only its owner reads, whole or not at all.
///
/// # Errors
/// When it cannot be written.
pub(super) fn write_private(file: &Path, content: &[u8]) -> Result<()> {
    let draft = file.with_extension("draft");
    private()
        .open(&draft)
        .and_then(|mut file| file.write_all(content))
        .and_then(|()| fs::rename(&draft, file))
        .with_context(|| format!("cannot write {}", file.display()))
}
