//! Whoever asks.

use async_graphql::SimpleObject;
use commands::access::{Principal, Role};
use domain::names::shown_full_name;

use crate::scalars::PrisonCode;

/// Whoever asks, as their token proves.
#[derive(SimpleObject)]
pub(crate) struct User {
    /// The user name, or the client's id.
    username: String,
    /// First and last name, for people.
    name: Option<String>,
    /// The staff id, for people in NOMIS.
    staff_id: Option<i32>,
    /// The roles that this service knows, as HMPPS authorities name them.
    roles: Vec<String>,
    /// The prisons whose cases they work with.
    caseloads: Vec<PrisonCode>,
}

impl From<&Principal> for User {
    fn from(principal: &Principal) -> Self {
        Self {
            username: principal.actor.id.clone(),
            name: principal.actor.display_name.as_deref().map(shown_full_name),
            staff_id: principal.staff_id.map(domain::StaffId::get),
            roles: principal
                .roles
                .iter()
                .filter_map(|role| Role::authority(*role))
                .map(Into::into)
                .collect(),
            caseloads: principal.caseloads.iter().copied().map(PrisonCode).collect(),
        }
    }
}
