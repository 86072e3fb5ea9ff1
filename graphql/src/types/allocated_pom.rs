//! The POMs of a case.

use async_graphql::{Enum, SimpleObject};
use domain::allocation as rules;

use crate::{
    access::Disclosed,
    scalars::{DateTime, PrisonCode},
};

/// A POM on a case.
#[derive(SimpleObject)]
pub(crate) struct AllocatedPom {
    /// The staff id.
    staff_id: i32,
    /// First and last name.
    name: String,
    /// Prison or probation officer.
    position: PomPosition,
    /// Since when.
    allocated_at: DateTime,
}

/// One POM's time as primary POM of a case.
#[derive(SimpleObject)]
pub(crate) struct PomTerm {
    /// The staff id.
    staff_id: i32,
    /// First and last name.
    name: String,
    /// Where.
    prison: PrisonCode,
    /// From when.
    from: DateTime,
    /// Until when; absent while it lasts.
    until: Option<DateTime>,
}

/// The grade of a POM.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "domain::PomPosition")]
pub(crate) enum PomPosition {
    /// Prison officer.
    #[graphql(name = "PRO")]
    Prison,
    /// Probation officer.
    #[graphql(name = "PO")]
    Probation,
}

/// A POM's part in a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "projections::PomRole")]
pub(crate) enum PomRole {
    /// Owns the case.
    Primary,
    /// Supports the primary POM.
    Coworking,
}

impl AllocatedPom {
    pub(super) fn new(assignment: &rules::Assignment) -> Self {
        Self {
            staff_id: assignment.pom.staff_id.get(),
            name: assignment.pom.shown_name(),
            position: assignment.pom.position.into(),
            allocated_at: DateTime(assignment.allocated_at),
        }
    }
}

impl PomTerm {
    pub(super) fn all(terms: Disclosed<rules::PomTerms>) -> Vec<Self> {
        terms.into_inner().0.iter().map(Self::new).collect()
    }

    fn new(term: &rules::PomTerm) -> Self {
        Self {
            staff_id: term.pom.staff_id.get(),
            name: term.pom.shown_name(),
            prison: PrisonCode(term.prison),
            from: DateTime(term.from),
            until: term.until.map(DateTime),
        }
    }
}
