//! Folders below /var/lib that stand in for those in root's home, where Postgres cannot go.
//!
//! A folder and its stand-in share one file, the deed: hard links to the name of the stand-in. A folder that was moved
//! finds its stand-in again; one made anew gets another, because the deed went with the old one. Where only the
//! stand-in's link is left, the folder was removed.

use std::{
    fs,
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
};

use crate::{WorkbenchError, folders, random::random_hex, say::say};

const SYSTEM_WIDE: &str = "/var/lib/pom-allocations";
const DEED: &str = "elsewhere";
const NAME_BYTES: usize = 8;

/// The folder that stands in for `folder`, which exists.
pub(crate) fn stand_in(folder: &Path) -> Result<PathBuf, WorkbenchError> {
    let turn = folders::turnstile(folder)?;
    turn.lock().map_err(WorkbenchError::file("lock", folder))?;
    let deed = folder.join(DEED);
    match fs::read_to_string(&deed) {
        Ok(name) if !name.is_empty() => Ok(Path::new(SYSTEM_WIDE).join(name)),
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(WorkbenchError::file("read", &deed)(error))
        }
        _ => make(folder, &deed),
    }
}

/// The folder that stands in for `folder`, if one does.
pub(crate) fn existing(folder: &Path) -> Option<PathBuf> {
    let name = fs::read_to_string(folder.join(DEED)).ok()?;
    Some(Path::new(SYSTEM_WIDE).join(name)).filter(|stand_in| stand_in.is_dir())
}

fn make(folder: &Path, deed: &Path) -> Result<PathBuf, WorkbenchError> {
    remove_orphans();
    let name = random_hex::<NAME_BYTES>()?;
    let stand_in = folders::create(&Path::new(SYSTEM_WIDE).join(&name))?;
    fs::write(deed, name).map_err(WorkbenchError::file("write", deed))?;
    // There is no link from one file system to another: then nobody can tell later whether the folder is gone.
    drop(fs::hard_link(deed, stand_in.join(DEED)));
    say(format_args!(
        "Postgres never runs as root and cannot reach {}, so {} is used for it.",
        folder.display(),
        stand_in.display()
    ));
    Ok(stand_in)
}

/// Removes the stand-ins whose folders were removed.
fn remove_orphans() {
    let listed = fs::read_dir(SYSTEM_WIDE).into_iter().flatten().flatten();
    for stand_in in listed.map(|entry| entry.path()) {
        let alone = fs::metadata(stand_in.join(DEED)).is_ok_and(|deed| deed.nlink() == 1);
        if alone {
            folders::remove(&stand_in)
                .unwrap_or_else(|error| tracing::debug!(%error, "left for the next time"));
        }
    }
}
