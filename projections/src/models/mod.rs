//! The read models, each in a folder.

use std::{fmt, str::FromStr};

pub(crate) mod allocations;
pub(crate) mod cases;
pub(crate) mod poms;

pub use allocations::{AllocationView, Contract, ContractAllocation, ContractPom};
pub use cases::{
    CaseBucket, CaseFilter, CaseOrder, CaseOrderField, CasePage, CaseQuery, CaseView, Cursor, PageRequest,
    PomRole, PrisonCounts,
};
pub use poms::{PomCounters, PomGroup, PomView};

/// The read models.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Model {
    /// One row per prisoner: what lists show.
    Cases,
    /// One row per prisoner who was ever allocated: what other services rely on.
    Allocations,
    /// One row per POM and prison.
    Poms,
}

impl Model {
    /// All of them, in the order in which statements that touch several lock them.
    pub const ALL: [Self; 3] = [Self::Cases, Self::Allocations, Self::Poms];

    /// The name on the command line and in the database.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Cases => "cases",
            Self::Allocations => "allocations",
            Self::Poms => "poms",
        }
    }
}

impl fmt::Display for Model {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Not the name of a read model.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("'{0}' is not a read model: use cases, allocations or poms")]
pub struct UnknownModel(pub String);

impl FromStr for Model {
    type Err = UnknownModel;

    fn from_str(name: &str) -> Result<Self, UnknownModel> {
        let found = Self::ALL.into_iter().find(|model| model.name() == name);
        found.ok_or_else(|| UnknownModel(name.to_owned()))
    }
}
