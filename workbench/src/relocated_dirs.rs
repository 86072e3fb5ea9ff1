//! Folders below /var/lib in place of those in root's home, which Postgres cannot reach.
//!
//! A folder and its replacement share one file that holds the replacement's name: both have a hard link to it. A folder that
//! was moved finds its replacement by that file. A new folder at the same path has no such file and gets another replacement.
//! Where only the replacement's link is left, the folder was removed.

use std::{
    fs,
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
};

use crate::{WorkbenchError, folders, lock_file, output::to_stderr, random::random_hex};

const SYSTEM_WIDE: &str = "/var/lib/pom-allocations";
const NAME_FILE: &str = "elsewhere";
const NAME_BYTES: usize = 8;

/// The replacement of `folder`, which exists; made on the first call.
pub(crate) fn relocate(folder: &Path) -> Result<PathBuf, WorkbenchError> {
    let lock = lock_file::open(folder)?;
    lock.lock().map_err(WorkbenchError::file("lock", folder))?;
    let name_file = folder.join(NAME_FILE);
    match fs::read_to_string(&name_file) {
        Ok(name) if !name.is_empty() => Ok(Path::new(SYSTEM_WIDE).join(name)),
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(WorkbenchError::file("read", &name_file)(error))
        }
        _ => make(folder, &name_file),
    }
}

/// The replacement of `folder`, if there is one.
pub(crate) fn existing(folder: &Path) -> Option<PathBuf> {
    let name = fs::read_to_string(folder.join(NAME_FILE)).ok()?;
    Some(Path::new(SYSTEM_WIDE).join(name)).filter(|replacement| replacement.is_dir())
}

fn make(folder: &Path, name_file: &Path) -> Result<PathBuf, WorkbenchError> {
    remove_orphans();
    let name = random_hex::<NAME_BYTES>()?;
    let replacement = folders::create(&Path::new(SYSTEM_WIDE).join(&name))?;
    fs::write(name_file, name).map_err(WorkbenchError::file("write", name_file))?;
    // A hard link cannot cross file systems; the replacement is then never removed.
    drop(fs::hard_link(name_file, replacement.join(NAME_FILE)));
    to_stderr(format_args!(
        "Postgres never runs as root and cannot reach {}, so {} is used for it.",
        folder.display(),
        replacement.display()
    ));
    Ok(replacement)
}

/// Removes the replacements whose folders were removed.
fn remove_orphans() {
    let listed = fs::read_dir(SYSTEM_WIDE).into_iter().flatten().flatten();
    for replacement in listed.map(|entry| entry.path()) {
        let alone = fs::metadata(replacement.join(NAME_FILE)).is_ok_and(|name_file| name_file.nlink() == 1);
        if alone {
            folders::remove(&replacement)
                .unwrap_or_else(|error| tracing::debug!(%error, "left for the next time"));
        }
    }
}
