//! Who uses the Postgres of a folder: each user holds a shared lock of one file, so that the last one stops the server.

use std::{
    fs::{File, TryLockError},
    path::{Path, PathBuf},
};

use tokio::time::sleep;

use crate::{POLL_INTERVAL, WorkbenchError, output::to_stderr};

/// A place among the users of a folder's server. Dropping it leaves them, however this process ends.
#[derive(Debug)]
pub(crate) struct Users {
    file: File,
    path: PathBuf,
}

impl Users {
    /// Joins the users of the server in `folder`. Waits while the last one stops it.
    pub(crate) async fn join(folder: &Path) -> Result<Self, WorkbenchError> {
        let users = Self::open(folder)?;
        while !users.locked(users.file.try_lock_shared())? {
            sleep(POLL_INTERVAL).await;
        }
        Ok(users)
    }

    /// Not among the users yet.
    pub(crate) fn open(folder: &Path) -> Result<Self, WorkbenchError> {
        let path = folder.join("users.lock");
        let file = File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&path)
            .map_err(WorkbenchError::file("open", &path))?;
        Ok(Self { file, path })
    }

    /// Waits until there is no other user, and keeps new ones out; says `why` if that takes time.
    pub(crate) async fn outlast(&self, why: &str) -> Result<(), WorkbenchError> {
        self.leave()?;
        if self.try_alone()? {
            return Ok(());
        }
        to_stderr(why);
        while !self.try_alone()? {
            sleep(POLL_INTERVAL).await;
        }
        Ok(())
    }

    /// Keeps others out, if there are none.
    pub(crate) fn try_alone(&self) -> Result<bool, WorkbenchError> {
        self.locked(self.file.try_lock())
    }

    /// Becomes one of the users, and lets others in.
    pub(crate) fn share(&self) -> Result<(), WorkbenchError> {
        self.file
            .lock_shared()
            .map_err(WorkbenchError::file("lock", &self.path))
    }

    /// Leaves the users, and lets others in.
    pub(crate) fn leave(&self) -> Result<(), WorkbenchError> {
        self.file
            .unlock()
            .map_err(WorkbenchError::file("unlock", &self.path))
    }

    fn locked(&self, tried: Result<(), TryLockError>) -> Result<bool, WorkbenchError> {
        match tried {
            Ok(()) => Ok(true),
            Err(TryLockError::WouldBlock) => Ok(false),
            Err(TryLockError::Error(error)) => Err(WorkbenchError::file("lock", &self.path)(error)),
        }
    }
}
