//! The order and the filter of a list of cases.

use async_graphql::{Enum, InputObject};

use super::{PomRole, Tier};
use crate::{
    fault::Fault,
    input::{short, staff_id},
};

/// How a list of cases is put in order.
#[derive(Debug, Clone, Copy, InputObject)]
pub(crate) struct CaseOrder {
    /// By what.
    field: CaseOrderField,
    /// Which end comes first.
    #[graphql(default)]
    direction: OrderDirection,
}

/// Which cases of a list.
#[derive(Debug, Clone, Default, InputObject)]
pub(crate) struct CaseFilter {
    /// Only those of this POM.
    staff_id: Option<i32>,
    /// Only those in which that POM, or without one anybody, has this part.
    role: Option<PomRole>,
    /// Only those of this tier.
    tier: Option<Tier>,
    /// Only those whose name or number has each of these words, in whatever order: whole or in part, with or without capitals,
    /// accents, apostrophes and hyphens. A single letter is an initial.
    name: Option<String>,
}

/// By what a list of cases is put in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "projections::CaseOrderField")]
pub(crate) enum CaseOrderField {
    /// The prisoner's last name.
    LastName,
    /// Where in the prison.
    Location,
    /// The earliest release date.
    EarliestReleaseDate,
    /// The tier.
    Tier,
    /// The primary POM's name.
    PomName,
    /// When the primary POM was allocated.
    AllocationDate,
    /// Since when the case has waited.
    WaitingSince,
}

/// Which end comes first.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Enum)]
pub(crate) enum OrderDirection {
    /// Smallest, earliest or first in the alphabet; what is not known comes first.
    #[default]
    Asc,
    /// Largest, latest or last in the alphabet; what is not known comes last.
    Desc,
}

impl From<CaseOrder> for projections::CaseOrder {
    fn from(order: CaseOrder) -> Self {
        Self {
            field: order.field.into(),
            descending: order.direction == OrderDirection::Desc,
        }
    }
}

/// By last name, as lists are unless someone asks otherwise.
impl Default for CaseOrder {
    fn default() -> Self {
        Self {
            field: CaseOrderField::LastName,
            direction: OrderDirection::Asc,
        }
    }
}

impl TryFrom<CaseFilter> for projections::CaseFilter {
    type Error = Fault;

    fn try_from(filter: CaseFilter) -> Result<Self, Fault> {
        Ok(Self {
            staff: filter.staff_id.map(staff_id).transpose()?,
            role: filter.role.map(Into::into),
            tier: filter.tier.map(Into::into),
            name: filter.name.map(|text| short("name", text)).transpose()?,
        })
    }
}
