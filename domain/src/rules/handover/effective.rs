//! Who is responsible in the end: what a senior officer decided, else what is stored, else what is calculated now.
//! Handover rules 7.1 and 7.4.

use super::{Departure, OverrideValue, Part, Reason, Responsibility, Roles, RulesVersion};

/// Who is responsible, and by which word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effective {
    /// A senior officer's.
    Overridden(OverrideValue),
    /// The calculation's, stored or of this moment.
    Calculated(Responsibility),
}

impl Effective {
    /// The first that there is; `live` is asked last, and only then.
    pub fn of(
        overridden: Option<OverrideValue>,
        stored: Option<Responsibility>,
        live: impl FnOnce() -> Responsibility,
    ) -> Self {
        match (overridden, stored) {
            (Some(value), _) => Self::Overridden(value),
            (None, Some(stored)) => Self::Calculated(stored),
            (None, None) => Self::Calculated(live()),
        }
    }

    /// The part of each manager. Under an override to the prison the community always supports.
    #[must_use]
    pub const fn roles(self) -> Roles {
        match self {
            Self::Overridden(OverrideValue::Prison) => Responsibility::CustodyWithCom.roles(),
            Self::Overridden(OverrideValue::Probation) => Responsibility::Community.roles(),
            Self::Calculated(responsibility) => responsibility.roles(),
        }
    }

    /// A senior officer decided.
    #[must_use]
    pub const fn is_overridden(self) -> bool {
        matches!(self, Self::Overridden(_))
    }

    /// Whose case it is, in the word that lists use.
    #[must_use]
    pub const fn case_owner(self) -> &'static str {
        match self.roles().pom {
            Part::Responsible => "Custody",
            Part::Supporting => "Community",
        }
    }

    /// What a POM is to the case, in the word that lists use; nothing for a POM who has no part in it.
    #[must_use]
    pub const fn pom_label(self, pom: PomOfCase) -> Option<&'static str> {
        match (pom, self.roles().pom) {
            (PomOfCase::Primary, Part::Responsible) => Some("Responsible"),
            (PomOfCase::Primary, Part::Supporting) => Some("Supporting"),
            (PomOfCase::Coworking, _) => Some("Co-working"),
            (PomOfCase::Unrelated, _) => None,
        }
    }
}

/// How a POM is allocated to the case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PomOfCase {
    /// As its primary POM.
    Primary,
    /// As its co-working POM.
    Coworking,
    /// Not at all.
    Unrelated,
}

/// The reason that a case's page shows: that of a fresh calculation while the prison is responsible. Afterwards the
/// present service hides it behind one phrase; by [`Departure::ReasonAlwaysShown`] it stays.
#[must_use]
pub fn shown_reason(effective: Effective, fresh: Reason, rules: RulesVersion) -> Reason {
    match effective.roles().pom {
        Part::Supporting if !rules.has(Departure::ReasonAlwaysShown) => Reason::ComResponsibility,
        _ => fresh,
    }
}
