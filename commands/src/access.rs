//! Who may do what: roles, caseloads, and the rule that every operation must have. Denied by default.

use std::{collections::BTreeSet, fmt};

use domain::{PrisonCode, StaffId};
use event_store::{Actor, ActorKind};

/// A role that the service knows, as HMPPS authorities name it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Head of offender management: allocates.
    Allocator,
    /// A POM.
    Pom,
    /// The service team.
    Administrator,
    /// Another service that reads allocations.
    ReadAllocations,
    /// An auditor who replays history.
    Auditor,
    /// A developer: may introspect the schema.
    Developer,
    /// May administer queues.
    QueueAdmin,
    /// This service itself; no token carries it.
    System,
}

impl Role {
    /// The authority in a token that grants the role.
    #[must_use]
    pub const fn authority(self) -> Option<&'static str> {
        match self {
            Self::Allocator => Some("ROLE_ALLOC_MGR"),
            Self::Pom => Some("ROLE_ALLOC_CASE_MGR"),
            Self::Administrator => Some("ROLE_MOIC_ADMIN"),
            Self::ReadAllocations => Some("ROLE_VIEW_POM_ALLOCATIONS"),
            Self::Auditor => Some("ROLE_POM_ALLOCATIONS__AUDIT__RO"),
            Self::Developer => Some("ROLE_POM_ALLOCATIONS__DEVELOPER"),
            Self::QueueAdmin => Some("ROLE_QUEUE_ADMIN"),
            Self::System => None,
        }
    }

    /// The role that an authority grants; none for authorities of other services.
    #[must_use]
    pub fn from_authority(authority: &str) -> Option<Self> {
        [
            Self::Allocator,
            Self::Pom,
            Self::Administrator,
            Self::ReadAllocations,
            Self::Auditor,
            Self::Developer,
            Self::QueueAdmin,
        ]
        .into_iter()
        .find(|role| role.authority() == Some(authority))
    }
}

/// Whoever asks, as their token proves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Principal {
    /// Who, as recorded with what they do.
    pub actor: Actor,
    /// Their roles.
    pub roles: BTreeSet<Role>,
    /// The prisons whose cases they work with.
    pub caseloads: BTreeSet<PrisonCode>,
    /// Their staff id, for people in NOMIS.
    pub staff_id: Option<StaffId>,
}

impl Principal {
    /// This service itself, acting through one of its processes.
    #[must_use]
    pub fn system(process: &str) -> Self {
        Self {
            actor: Actor {
                kind: ActorKind::System,
                id: process.to_owned(),
                display_name: None,
                client_id: None,
            },
            roles: BTreeSet::from([Role::System]),
            caseloads: BTreeSet::new(),
            staff_id: None,
        }
    }

    /// Whether they have one of these roles.
    #[must_use]
    pub fn has_any(&self, roles: &[Role]) -> bool {
        roles.iter().any(|role| self.roles.contains(role))
    }
}

/// What an operation asks of its caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rule {
    /// One of these roles, wherever.
    Role(&'static [Role]),
    /// One of these roles, and the operation's prison among their caseloads.
    RoleInCaseload(&'static [Role]),
    /// Anybody with a valid token.
    Authenticated,
}

/// The operation is not for this caller. The text never says what they would have seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Forbidden {
    /// None of the roles.
    #[error("your account does not have a role that allows this")]
    Role,
    /// Another prison's case.
    #[error("this prison is not in your caseloads")]
    Caseload,
}

impl Rule {
    /// Lets the caller pass, or says why not. Only this service itself is bound to no caseloads: another role that
    /// somebody has beside the one asked for does not carry it to further prisons.
    ///
    /// # Errors
    /// When the caller lacks the role, or the prison is not in their caseloads.
    pub fn check(self, caller: &Principal, prison: Option<PrisonCode>) -> Result<(), Forbidden> {
        match self {
            Self::Authenticated => Ok(()),
            Self::Role(roles) if caller.has_any(roles) => Ok(()),
            Self::RoleInCaseload(roles) if caller.has_any(roles) => match prison {
                _ if caller.has_any(&[Role::System]) => Ok(()),
                Some(prison) if caller.caseloads.contains(&prison) => Ok(()),
                _ => Err(Forbidden::Caseload),
            },
            Self::Role(_) | Self::RoleInCaseload(_) => Err(Forbidden::Role),
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.authority().unwrap_or("this service"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALLOCATING: Rule = Rule::RoleInCaseload(&[Role::Allocator, Role::System]);

    fn at_leeds(roles: &[Role]) -> Principal {
        Principal {
            roles: roles.iter().copied().collect(),
            caseloads: BTreeSet::from(["LEI".parse().unwrap()]),
            ..Principal::system("test")
        }
    }

    #[test]
    fn no_other_role_carries_an_allocator_beyond_their_caseloads() {
        let (leeds, moorland) = ("LEI".parse().ok(), "MDI".parse().ok());
        for other in [Role::Administrator, Role::Auditor, Role::ReadAllocations] {
            let both = at_leeds(&[Role::Allocator, other]);
            assert_eq!(ALLOCATING.check(&both, leeds), Ok(()), "{other:?}");
            for elsewhere in [moorland, None] {
                assert_eq!(
                    ALLOCATING.check(&both, elsewhere),
                    Err(Forbidden::Caseload),
                    "{other:?}"
                );
            }
            assert_eq!(
                ALLOCATING.check(&at_leeds(&[other]), leeds),
                Err(Forbidden::Role),
                "{other:?}"
            );
        }
    }

    #[test]
    fn this_service_itself_is_bound_to_no_caseload() {
        let service = Principal::system("test");
        for prison in ["LEI".parse().ok(), None] {
            assert_eq!(ALLOCATING.check(&service, prison), Ok(()));
        }
    }
}
