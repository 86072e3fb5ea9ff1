//! Folders that outlive a run: installed tools and the servers' data.

use std::{
    fs,
    path::{Path, PathBuf},
};

use nix::unistd::geteuid;

use crate::{WorkbenchError, environment::setting};

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

/// Makes a folder and its parents; returns its absolute path.
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
