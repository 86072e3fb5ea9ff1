//! The lock file of a folder: processes that share the folder take turns.

use std::{
    fs::{File, TryLockError},
    path::Path,
};

use tokio::time::sleep;

use crate::{POLL_INTERVAL, WorkbenchError};

/// The lock file of `folder`, not yet locked.
pub(crate) fn open(folder: &Path) -> Result<File, WorkbenchError> {
    let path = folder.join(".lock");
    File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(&path)
        .map_err(WorkbenchError::file("open", &path))
}

/// Waits for the lock of `folder`. Dropping the file releases it.
pub(crate) async fn lock(folder: &Path) -> Result<File, WorkbenchError> {
    let file = open(folder)?;
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(file),
            Err(TryLockError::WouldBlock) => sleep(POLL_INTERVAL).await,
            Err(TryLockError::Error(error)) => return Err(WorkbenchError::file("lock", folder)(error)),
        }
    }
}

/// Takes the lock of `folder`.
///
/// # Errors
/// When another process holds it.
pub(crate) fn try_lock(folder: &Path) -> Result<File, WorkbenchError> {
    let file = open(folder)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(WorkbenchError::InUse {
            path: folder.to_owned(),
        }),
        Err(TryLockError::Error(error)) => Err(WorkbenchError::file("lock", folder)(error)),
    }
}
