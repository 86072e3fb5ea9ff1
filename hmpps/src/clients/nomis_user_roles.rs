//! nomis-user-roles: who a member of staff is, and which caseloads a user has.

use std::{collections::BTreeSet, sync::Arc};

use async_trait::async_trait;
use commands::ports::{FactUnavailable, STAFF_UNAVAILABLE, Staff};
use domain::{Personal, PrisonCode, StaffId, pom::StaffDetails};

use crate::{tolerant::Document, transport::UpstreamClient};

const ACCOUNT_UNAVAILABLE: FactUnavailable = FactUnavailable {
    what: "the user's caseloads",
    from: STAFF_UNAVAILABLE.from,
};

/// Facts about staff and users from nomis-user-roles.
#[derive(Debug, Clone)]
pub struct NomisUserRoles(Arc<UpstreamClient>);

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
    /// nomis-user-roles by this client.
    #[must_use]
    pub fn new(client: Arc<UpstreamClient>) -> Self {
        Self(client)
    }

    /// The account of a user name; none for people who are not in NOMIS.
    ///
    /// # Errors
    /// When nomis-user-roles does not answer as it should.
    pub async fn account(&self, username: &str) -> Result<Option<Account>, FactUnavailable> {
        // A name goes into a path: one with other characters is nobody's, and might lead elsewhere.
        if !username
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-')
        {
            return Ok(None);
        }
        let user = self.0.get::<Document>(&format!("/users/{username}")).await;
        let Some(user) = user.map_err(|_| ACCOUNT_UNAVAILABLE)? else {
            return Ok(None);
        };
        let Some(staff_id) = staff_id(&user) else {
            tracing::warn!(
                upstream = ACCOUNT_UNAVAILABLE.from,
                "a user's answer lacks their staff id"
            );
            return Err(ACCOUNT_UNAVAILABLE);
        };
        let staff = self.0.get::<Document>(&format!("/users/staff/{staff_id}")).await;
        let staff = staff.map_err(|_| ACCOUNT_UNAVAILABLE)?;
        let caseloads = staff.as_ref().map(caseloads).filter(|_| is_enabled(&user));
        let names = [user.text("firstName"), user.text("lastName")];
        Ok(Some(Account {
            staff_id,
            name: names.into_iter().flatten().collect::<Vec<_>>().join(" "),
            caseloads: caseloads.unwrap_or_default(),
        }))
    }
}

#[async_trait]
impl Staff for NomisUserRoles {
    async fn staff(&self, staff_id: StaffId) -> Result<Option<StaffDetails>, FactUnavailable> {
        let document = self.0.get::<Document>(&format!("/users/staff/{staff_id}")).await;
        let Some(document) = document.map_err(|_| STAFF_UNAVAILABLE)? else {
            return Ok(None);
        };
        details(&document).map(Some).ok_or_else(|| {
            tracing::warn!(
                upstream = STAFF_UNAVAILABLE.from,
                "an answer lacks the name of a member of staff"
            );
            STAFF_UNAVAILABLE
        })
    }
}

fn staff_id(user: &Document) -> Option<StaffId> {
    StaffId::try_from(user.number("staffId")?).ok()
}

/// An account whose state cannot be read opens nothing.
fn is_enabled(user: &Document) -> bool {
    !user.says("enabled") || user.flag("enabled") == Some(true)
}

/// The caseloads that are prisons; NOMIS has others, such as `NWEB`.
fn caseloads(staff: &Document) -> BTreeSet<PrisonCode> {
    let account = staff.object("generalAccount").unwrap_or_default();
    let all = account.objects("caseloads");
    all.iter()
        .filter_map(|caseload| caseload.text("id")?.parse().ok())
        .filter(|code| domain::prison(*code).is_some())
        .collect()
}

fn details(document: &Document) -> Option<StaffDetails> {
    Some(StaffDetails {
        forename: document.text("firstName")?,
        surname: document.text("lastName")?,
        email: document.text("primaryEmail").map(Personal::Known),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn read(document: &Value) -> Document {
        serde_json::from_value(document.clone()).unwrap()
    }

    #[test]
    fn odd_caseloads_stand_beside_sound_ones() {
        for caseloads_of in [
            json!([null, 7, "MDI", { "id": null }, { "name": "x" }, { "id": "NWEB" }, { "id": "LEI" }]),
            json!([{ "id": "LEI", "function": [] }, { "id": {} }]),
        ] {
            let staff = json!({ "generalAccount": { "caseloads": caseloads_of, "username": null } });
            let expected = BTreeSet::from(["LEI".parse().unwrap()]);
            assert_eq!(caseloads(&read(&staff)), expected, "{staff}");
        }
        for nothing in [json!(null), json!([]), json!("LEI"), json!({ "caseloads": null })] {
            let staff = json!({ "generalAccount": nothing });
            assert_eq!(caseloads(&read(&staff)), BTreeSet::new(), "{staff}");
        }
    }

    #[test]
    fn a_member_of_staff_needs_a_name_and_nothing_else() {
        for email in [json!(null), json!([]), json!({ "address": 7 }), json!("")] {
            let staff = json!({ "firstName": "ANN", "lastName": "POM", "primaryEmail": email, "status": 7 });
            let details = details(&read(&staff)).unwrap();
            assert_eq!(
                (&*details.forename, &*details.surname, details.email),
                ("ANN", "POM", None)
            );
        }
        assert_eq!(details(&read(&json!({ "firstName": "ANN" }))), None);
    }

    #[test]
    fn a_staff_id_may_be_a_text_and_an_account_that_cannot_be_read_opens_nothing() {
        for id in [json!(485_926), json!("485926")] {
            let id = staff_id(&read(&json!({ "staffId": id }))).map(StaffId::get);
            assert_eq!(id, Some(485_926));
        }
        for (enabled, opens) in [
            (json!(true), true),
            (json!("true"), true),
            (json!(null), true),
            (json!(false), false),
            (json!("false"), false),
            (json!("perhaps"), false),
            (json!({}), false),
        ] {
            assert_eq!(
                is_enabled(&read(&json!({ "enabled": enabled }))),
                opens,
                "{enabled}"
            );
        }
    }
}
