//! The banner of a case that lacks somebody in the community. Handover rules 11.6.

use crate::handover::{ComContact, Roles};

/// "Needs a COM": the community has a part in the case, and its probation record names nobody; blank is nobody. Without
/// a probation record nobody could be named.
#[must_use]
pub fn needs_com(roles: Roles, com: Option<ComContact<'_>>) -> bool {
    roles.com.is_some() && com.is_some_and(|com| com.name.is_none_or(|name| name.trim().is_empty()))
}
