//! What is kept of a calculation, and where it lies in time. Handover rules 10.1 and 11.1.

use chrono::NaiveDate;

use crate::{
    calendar::days_before,
    handover::{Departure, Reason, Responsibility, RulesVersion},
};

/// How many days before it a handover is upcoming.
const UPCOMING_DAYS: u64 = 56;

/// The last calculation of a case, as the service itself stored it. Dates are London calendar dates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct HandoverRecord {
    /// Who is responsible.
    pub responsibility: Responsibility,
    /// Why.
    pub reason: Reason,
    /// The day on which the community becomes responsible.
    pub handover_date: Option<NaiveDate>,
    /// The day on which the community begins to support.
    pub start_date: Option<NaiveDate>,
}

impl HandoverRecord {
    /// The prison hands over within eight weeks.
    #[must_use]
    pub fn is_upcoming(&self, today: NaiveDate) -> bool {
        self.responsibility == Responsibility::CustodyOnly
            && self
                .handover_date
                .is_some_and(|handover| days_before(handover, UPCOMING_DAYS) <= today && today < handover)
    }

    /// The community is responsible, by a handover that had a date.
    #[must_use]
    pub fn is_handed_over(&self) -> bool {
        self.responsibility == Responsibility::Community && self.handover_date.is_some()
    }

    /// The community supports; by departure such cases are listed, whether or not their handover has a date.
    #[must_use]
    pub fn is_supported(&self, rules: RulesVersion) -> bool {
        rules.has(Departure::SupportedCasesListed) && self.responsibility == Responsibility::CustodyWithCom
    }

    /// There is something to be done for a handover now.
    #[must_use]
    pub fn is_in_window(&self, today: NaiveDate, rules: RulesVersion) -> bool {
        self.is_upcoming(today) || self.is_handed_over() || self.is_supported(rules)
    }

    /// The day from which a community offender manager is needed: that of the handover, or by departure the day on which
    /// the community began to support a case that is not handed over yet. Every count of days overdue begins here; a case
    /// that is supported for a reason without dates is never overdue.
    #[must_use]
    pub fn com_needed_from(&self, rules: RulesVersion) -> Option<NaiveDate> {
        if self.is_supported(rules) {
            self.start_date
        } else {
            self.handover_date
        }
    }
}
