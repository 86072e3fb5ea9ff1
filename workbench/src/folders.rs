//! Folders that outlive a run: installed tools and the servers' data.

use std::{
    fs::{self, File, TryLockError},
    path::{Path, PathBuf},
};

use nix::unistd::geteuid;
use tokio::time::sleep;

use crate::{WorkbenchError, children::GLANCE, program::setting};

const APPLICATION: &str = "pom-allocations";

/// Where installed tools are kept: `POM_TOOLS_DIR`, else the user's cache folder. All checkouts share it.
#[must_use]
pub fn default_tools_dir() -> PathBuf {
    setting("POM_TOOLS_DIR")
        .map(PathBuf::from)
        .or_else(|| setting("XDG_CACHE_HOME").map(|cache| Path::new(&cache).join(APPLICATION)))
        .or_else(|| setting("HOME").map(|home| Path::new(&home).join(".cache").join(APPLICATION)))
        .unwrap_or_else(|| PathBuf::from(format!("/var/tmp/{APPLICATION}-{}", geteuid())))
}

/// Makes a folder and its parents, and says where it is from the root of the file system.
pub(crate) fn create(folder: &Path) -> Result<PathBuf, WorkbenchError> {
    fs::create_dir_all(folder)
        .and_then(|()| folder.canonicalize())
        .map_err(WorkbenchError::file("create", folder))
}

/// Removes a folder with all it holds, if it is there.
pub(crate) fn remove(folder: &Path) -> Result<(), WorkbenchError> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(WorkbenchError::file("remove", folder)(error))
        }
        _ => Ok(()),
    }
}

/// The file that processes lock to take turns in `folder`.
pub(crate) fn turnstile(folder: &Path) -> Result<File, WorkbenchError> {
    let path = folder.join(".lock");
    File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(&path)
        .map_err(WorkbenchError::file("open", &path))
}

/// Waits for our turn in `folder`; the turn ends when the file is dropped.
pub(crate) async fn turn(folder: &Path) -> Result<File, WorkbenchError> {
    let file = turnstile(folder)?;
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(file),
            Err(TryLockError::WouldBlock) => sleep(GLANCE).await,
            Err(TryLockError::Error(error)) => return Err(WorkbenchError::file("lock", folder)(error)),
        }
    }
}

/// Our turn in `folder`, unless another process has it.
pub(crate) fn sole_use(folder: &Path) -> Result<File, WorkbenchError> {
    let file = turnstile(folder)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(WorkbenchError::InUse {
            path: folder.to_owned(),
        }),
        Err(TryLockError::Error(error)) => Err(WorkbenchError::file("lock", folder)(error)),
    }
}
