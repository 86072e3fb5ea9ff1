//! Where the local profile keeps its data.

use std::{
    fs::{self, File, OpenOptions, Permissions, TryLockError},
    io::{ErrorKind, Write},
    os::unix::fs::{OpenOptionsExt, PermissionsExt},
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, anyhow};
use base64::{Engine, prelude::BASE64_STANDARD};
use event_store::MasterKey;
use nix::unistd::geteuid;
use ring::rand::{SecureRandom, SystemRandom};

/// The data folder; everything below it belongs to this checkout alone.
#[derive(Debug, Clone)]
pub struct DataFolder {
    path: PathBuf,
}

impl DataFolder {
    /// The folder, made if need be.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn open(path: &Path) -> Result<Self> {
        let is_new = !path.exists();
        fs::create_dir_all(path).with_context(|| format!("cannot make the folder {}", path.display()))?;
        let folder = Self::existing(path)?;
        if is_new {
            // It holds keys. The Postgres of root runs as another account, which passes through and lists nothing.
            let closed = if geteuid().is_root() { 0o711 } else { 0o700 };
            close(&folder.path, closed)?;
            // None of it belongs into a repository that it may lie in.
            write_private(&folder.path.join(".gitignore"), b"*\n")?;
        }
        Ok(folder)
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

    /// The right to serve from this folder, until the file is dropped.
    ///
    /// # Errors
    /// When another process has it.
    pub fn serve_alone(&self) -> Result<File> {
        let path = self.path.join("serving.lock");
        let file = private()
            .open(&path)
            .with_context(|| format!("cannot open {}", path.display()))?;
        match file.try_lock() {
            Ok(()) => Ok(file),
            Err(TryLockError::WouldBlock) => Err(anyhow!(
                "{} is served by another process: stop it, or choose another --data-dir",
                self.path.display()
            )),
            Err(TryLockError::Error(error)) => {
                Err(error).with_context(|| format!("cannot lock {}", path.display()))
            }
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
