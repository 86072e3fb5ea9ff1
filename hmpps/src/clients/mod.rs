//! The clients of the upstream services: one file each, behind the ports of the write side.

mod nomis_user_roles;
mod prisoner_search;

pub use nomis_user_roles::{Account, NomisUserRoles};
pub use prisoner_search::PrisonerSearch;
