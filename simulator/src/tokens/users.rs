//! People for whom tokens were made beyond the population: nomis-user-roles answers for them.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
};

use domain::{PrisonCode, StaffId};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{TokenFault, TokenRequest, keys};
use crate::dice::Dice;

/// A person with an account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RegisteredUser {
    /// Name as history shows it.
    pub name: Option<String>,
    /// Staff id; made from the user name when the token's request gave none.
    pub staff_id: StaffId,
    /// Caseloads; the first is the active one.
    pub caseloads: Vec<PrisonCode>,
    /// Authorities.
    pub authorities: Vec<String>,
}

impl RegisteredUser {
    /// The person of a request; none for a system's token, or when the request leaves it to the population to say
    /// who the person is.
    pub(super) fn of(request: &TokenRequest) -> Option<(&str, Self)> {
        let username = request.username.as_deref()?;
        if request.caseloads.is_empty() {
            return None;
        }
        let user = Self {
            name: request.name.clone(),
            staff_id: request.staff_id.or_else(|| staff_id_of(username))?,
            caseloads: request.caseloads.clone(),
            authorities: request.authorities.clone(),
        };
        Some((username, user))
    }
}

/// An id of nine digits that belongs to the user name, far from the population's ids.
fn staff_id_of(username: &str) -> Option<StaffId> {
    let rank = Dice::new(0, username, 0).below(99_999_999);
    StaffId::try_from(900_000_000_i64.saturating_add(rank.into())).ok()
}

type ByName = BTreeMap<String, RegisteredUser>;

/// The registered people: in a file that every question reads anew, because another process may have written it.
#[derive(Debug)]
pub(super) struct Users {
    file: Option<PathBuf>,
    kept: Mutex<ByName>,
}

impl Users {
    pub(super) fn in_memory() -> Self {
        Self {
            file: None,
            kept: Mutex::default(),
        }
    }

    pub(super) fn beside(key_file: &Path) -> Self {
        Self {
            file: Some(key_file.with_extension("users.json")),
            kept: Mutex::default(),
        }
    }

    pub(super) fn register(&self, username: &str, user: RegisteredUser) -> Result<(), TokenFault> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        self.refresh(&mut kept)?;
        if kept.get(username) == Some(&user) {
            return Ok(());
        }
        kept.insert(username.to_owned(), user);
        self.file
            .as_deref()
            .map_or(Ok(()), |file| keys::write_privately(file, &json!(*kept)))
    }

    pub(super) fn by_name(&self, username: &str) -> Result<Option<RegisteredUser>, TokenFault> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        self.refresh(&mut kept)?;
        Ok(kept.get(username).cloned())
    }

    pub(super) fn by_staff_id(
        &self,
        staff_id: StaffId,
    ) -> Result<Option<(String, RegisteredUser)>, TokenFault> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        self.refresh(&mut kept)?;
        let found = kept.iter().find(|(_, user)| user.staff_id == staff_id);
        Ok(found.map(|(username, user)| (username.clone(), user.clone())))
    }

    fn refresh(&self, kept: &mut ByName) -> Result<(), TokenFault> {
        let Some(path) = &self.file else { return Ok(()) };
        if let Some(text) = keys::read_if_there(path)? {
            *kept = serde_json::from_slice(&text).map_err(|_| TokenFault::Content { path: path.clone() })?;
        }
        Ok(())
    }
}
