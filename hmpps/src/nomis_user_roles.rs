//! nomis-user-roles: who a member of staff is, and which caseloads a user has.

use std::{collections::BTreeSet, sync::Arc};

use async_trait::async_trait;
use commands::ports::{FactUnavailable, Staff};
use domain::{Personal, PrisonCode, StaffId, pom::StaffDetails};
use serde::Deserialize;

use crate::client::Upstream;

/// The service as health reports and messages name it.
const NAME: &str = "nomis-user-roles";

/// Facts about staff and users from nomis-user-roles.
#[derive(Debug, Clone)]
pub struct NomisUserRoles(Arc<Upstream>);

/// What a user's account says of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Their staff id.
    pub staff_id: StaffId,
    /// First and last name, as NOMIS has them.
    pub name: String,
    /// The prisons whose cases they work with; none for an account that is switched off.
    pub caseloads: BTreeSet<PrisonCode>,
}

impl NomisUserRoles {
    /// Nomis-user-roles behind an upstream.
    #[must_use]
    pub fn new(upstream: Arc<Upstream>) -> Self {
        Self(upstream)
    }

    /// The account of a user name; none for people who are not in NOMIS.
    ///
    /// # Errors
    /// When nomis-user-roles does not answer as it should.
    pub async fn account(&self, username: &str) -> Result<Option<Account>, FactUnavailable> {
        let unavailable = FactUnavailable {
            what: "the user's caseloads",
            from: NAME,
        };
        // A name goes into a path: one with other characters is nobody's, and might lead elsewhere.
        if !username
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-')
        {
            return Ok(None);
        }
        let user = self.0.get::<UserDocument>(&format!("/users/{username}")).await;
        let Some(user) = user.map_err(|_| unavailable.clone())? else {
            return Ok(None);
        };
        let staff = self
            .0
            .get::<StaffDocument>(&format!("/users/staff/{}", user.staff_id))
            .await;
        let staff = staff.map_err(|_| unavailable)?;
        let caseloads = staff
            .map(StaffDocument::caseloads)
            .filter(|_| user.enabled != Some(false));
        Ok(Some(Account {
            staff_id: user.staff_id,
            name: format!("{} {}", user.first_name, user.last_name),
            caseloads: caseloads.unwrap_or_default(),
        }))
    }
}

#[async_trait]
impl Staff for NomisUserRoles {
    async fn staff(&self, staff_id: StaffId) -> Result<Option<StaffDetails>, FactUnavailable> {
        let document = self
            .0
            .get::<StaffDocument>(&format!("/users/staff/{staff_id}"))
            .await;
        match document {
            Ok(document) => Ok(document.map(StaffDetails::from)),
            Err(_) => Err(FactUnavailable {
                what: "the member of staff",
                from: NAME,
            }),
        }
    }
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct UserDocument {
    staff_id: StaffId,
    first_name: String,
    last_name: String,
    enabled: Option<bool>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct StaffDocument {
    first_name: String,
    last_name: String,
    primary_email: Option<String>,
    general_account: Option<GeneralAccount>,
}

#[derive(Debug, Deserialize)]
struct GeneralAccount {
    #[serde(default)]
    caseloads: Vec<Caseload>,
}

#[derive(Debug, Deserialize)]
struct Caseload {
    id: String,
}

impl StaffDocument {
    /// The caseloads that are prisons; NOMIS has others, such as `NWEB`.
    fn caseloads(self) -> BTreeSet<PrisonCode> {
        let all = self
            .general_account
            .into_iter()
            .flat_map(|account| account.caseloads);
        all.filter_map(|caseload| caseload.id.parse().ok())
            .filter(|code| domain::prison(*code).is_some())
            .collect()
    }
}

impl From<StaffDocument> for StaffDetails {
    fn from(document: StaffDocument) -> Self {
        Self {
            forename: document.first_name,
            surname: document.last_name,
            email: document.primary_email.map(Personal::Known),
        }
    }
}
