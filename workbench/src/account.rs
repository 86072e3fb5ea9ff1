//! The account that Postgres runs as: never root, and only in folders that the account can reach.

use std::{
    fs,
    os::unix::fs::{MetadataExt, PermissionsExt, chown},
    path::{Path, PathBuf},
};

use nix::unistd::{Uid, User, geteuid};

use crate::{WorkbenchError, relocated_dirs};

/// A user of this machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Account {
    pub(crate) uid: u32,
    pub(crate) gid: u32,
}

impl Account {
    /// The account for a Postgres whose data is at `data`: the present user. For root: the owner of existing data, else
    /// `postgres`, else `nobody`.
    pub(crate) fn for_postgres(data: &Path) -> Result<Self, WorkbenchError> {
        let ours = geteuid();
        let owner = fs::metadata(data).ok().map(|found| found.uid());
        if !ours.is_root() {
            let account = named(ours).ok_or(WorkbenchError::NoAccount { uid: ours.as_raw() })?;
            return match owner {
                Some(owner) if owner != account.uid => Err(WorkbenchError::NotOurs {
                    path: data.to_owned(),
                    owner,
                }),
                _ => Ok(account),
            };
        }
        owner
            .filter(|uid| *uid != 0)
            .and_then(|uid| named(Uid::from_raw(uid)))
            .or_else(|| {
                ["postgres", "nobody"]
                    .iter()
                    .find_map(|name| User::from_name(name).ok().flatten().map(Self::from))
            })
            .ok_or(WorkbenchError::NoUnprivilegedAccount)
    }

    pub(crate) fn is_ours(&self) -> bool {
        geteuid().as_raw() == self.uid
    }

    /// Makes this account the owner of the file or folder, and the only reader.
    pub(crate) fn owns_privately(&self, path: &Path) -> Result<(), WorkbenchError> {
        let private = if path.is_dir() { 0o700 } else { 0o600 };
        fs::set_permissions(path, fs::Permissions::from_mode(private))
            .and_then(|()| {
                if self.is_ours() {
                    Ok(())
                } else {
                    chown(path, Some(self.uid), Some(self.gid))
                }
            })
            .map_err(WorkbenchError::file("take over", path))
    }

    /// `folder`, which exists, or its replacement where this account may not pass through its parents (a checkout in root's
    /// home).
    pub(crate) fn reachable(&self, folder: &Path) -> Result<PathBuf, WorkbenchError> {
        if self.is_ours() || folder.ancestors().skip(1).all(|parent| self.may_pass(parent)) {
            Ok(folder.to_owned())
        } else {
            relocated_dirs::relocate(folder)
        }
    }

    fn may_pass(&self, folder: &Path) -> bool {
        let Ok(found) = fs::metadata(folder) else {
            return !folder.exists();
        };
        let class = match found {
            ref found if found.uid() == self.uid => 0o100,
            ref found if found.gid() == self.gid => 0o010,
            _ => 0o001,
        };
        found.mode() & class != 0
    }
}

impl From<User> for Account {
    fn from(user: User) -> Self {
        Self {
            uid: user.uid.as_raw(),
            gid: user.gid.as_raw(),
        }
    }
}

fn named(uid: Uid) -> Option<Account> {
    User::from_uid(uid).ok().flatten().map(Account::from)
}
