//! What other services are told of a handover: whose the case is, and by name. Handover rules 10.5.

use chrono::NaiveDate;

use super::{Departure, Effective, OverrideValue, Part, Responsibility, RulesVersion};

/// What is known of a handover that was calculated once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StoredHandover<'a> {
    /// Who is responsible, as stored.
    pub responsibility: Responsibility,
    /// The day on which the community becomes responsible, London calendar date.
    pub handover_date: Option<NaiveDate>,
    /// The day on which the community begins to support, London calendar date.
    pub start_date: Option<NaiveDate>,
    /// A senior officer's decision.
    pub overridden: Option<OverrideValue>,
    /// The community offender manager, from the probation record.
    pub com: ComContact<'a>,
    /// The primary prison offender manager, from the newest allocation.
    pub pom: PomContact<'a>,
}

/// A community offender manager, as far as known.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ComContact<'a> {
    /// Name.
    pub name: Option<&'a str>,
    /// E-mail address.
    pub email: Option<&'a str>,
}

/// A prison offender manager, as far as known.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct PomContact<'a> {
    /// Name, as the allocation stores it.
    pub name: Option<&'a str>,
    /// Staff id.
    pub staff_id: Option<i64>,
}

/// What is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PublishedHandover<'a> {
    /// `POM` or `COM`.
    pub responsibility: &'static str,
    /// As stored.
    pub handover_date: Option<NaiveDate>,
    /// As stored.
    pub start_date: Option<NaiveDate>,
    /// Empty where the community has no part that is told.
    pub com: ComContact<'a>,
    /// Empty where the prison has no part that is told.
    pub pom: PomContact<'a>,
}

impl<'a> StoredHandover<'a> {
    /// Names whoever is responsible. The present service knows neither overrides nor a supporting manager here; by
    /// [`Departure::ApiTellsAll`] both are told.
    #[must_use]
    pub fn published(&self, rules: RulesVersion) -> PublishedHandover<'a> {
        let all = rules.has(Departure::ApiTellsAll);
        let overridden = self.overridden.filter(|_| all);
        let parts = Effective::of(overridden, Some(self.responsibility), || self.responsibility).roles();
        let com_told = parts.com == Some(Part::Responsible) || all && parts.com.is_some();
        let pom_told = parts.pom == Part::Responsible || all;
        PublishedHandover {
            responsibility: match parts.pom {
                Part::Responsible => "POM",
                Part::Supporting => "COM",
            },
            handover_date: self.handover_date,
            start_date: self.start_date,
            com: if com_told { self.com } else { ComContact::default() },
            pom: if pom_told { self.pom } else { PomContact::default() },
        }
    }
}
