//! The table of the simulated services, one row each: name, path, roles and routes.

use std::sync::Arc;

use axum::{Router, middleware::from_fn_with_state, routing::get};
use serde::{Deserialize, Serialize};

use super::{
    World,
    faults::{may_fail, needs_role},
    hmpps_auth, nomis_user_roles, prisoner_search, up,
};

/// A simulated service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Api {
    /// hmpps-auth: tokens and their keys.
    Auth,
    /// prisoner-search.
    PrisonerSearch,
    /// nomis-user-roles.
    NomisUserRoles,
}

/// What tells one simulated service from another.
pub(super) struct Row {
    /// The service's name.
    pub(super) name: &'static str,
    /// The path below the simulator's address.
    pub(super) path: &'static str,
    /// The roles that its routes accept; with none they need no token. The service's client is granted the first.
    pub(super) roles: &'static [&'static str],
    routes: fn() -> Router<Arc<World>>,
}

impl Api {
    /// Every simulated service.
    pub const ALL: [Self; 3] = [Self::Auth, Self::PrisonerSearch, Self::NomisUserRoles];

    /// The service's name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        self.row().name
    }

    pub(super) const fn row(self) -> Row {
        match self {
            Self::Auth => Row {
                name: "hmpps-auth",
                path: "auth",
                roles: &[],
                routes: hmpps_auth::routes,
            },
            Self::PrisonerSearch => Row {
                name: "prisoner-search",
                path: "prisoner-search",
                roles: prisoner_search::ROLES,
                routes: prisoner_search::routes,
            },
            Self::NomisUserRoles => Row {
                name: "nomis-user-roles",
                path: "nomis-user-roles",
                roles: nomis_user_roles::ROLES,
                routes: nomis_user_roles::routes,
            },
        }
    }

    /// The service below its path: its routes behind its roles, a ping for everybody, and faults on demand.
    pub(super) fn mount(self, router: Router, world: &Arc<World>) -> Router {
        let row = self.row();
        let mut service = (row.routes)();
        if !row.roles.is_empty() {
            service = service.layer(from_fn_with_state((Arc::clone(world), row.roles), needs_role));
        }
        let service = service
            .route("/health/ping", get(up))
            .layer(from_fn_with_state((Arc::clone(world), self), may_fail))
            .with_state(Arc::clone(world));
        router.nest(&format!("/{}", row.path), service)
    }
}
