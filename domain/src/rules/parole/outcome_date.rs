//! The day on which a hearing's result was received, as staff enter it. Handover rules 9.4.

use chrono::NaiveDate;

use crate::handover::{Departure, RulesVersion};

/// Why a date was not accepted; the wording is what users know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum OutcomeDateRefusal {
    /// None was entered, or none that the calendar has.
    #[error("The date the hearing outcome was confirmed must be entered and a valid date")]
    Missing,
    /// After today.
    #[error("The date the hearing outcome was confirmed must be in the past")]
    Future,
}

/// The date entered: today or before.
///
/// # Errors
/// Why it is not accepted.
pub fn accept_outcome_date(
    entered: Option<NaiveDate>,
    today: NaiveDate,
) -> Result<NaiveDate, OutcomeDateRefusal> {
    match entered {
        None => Err(OutcomeDateRefusal::Missing),
        Some(date) if date > today => Err(OutcomeDateRefusal::Future),
        Some(date) => Ok(date),
    }
}

/// The date that the review has after an entry: the present service keeps whatever was entered, even if it says that
/// it did not accept it; by departure what was not accepted changes nothing.
#[must_use]
pub fn stored_outcome_date(
    before: Option<NaiveDate>,
    entered: Option<NaiveDate>,
    today: NaiveDate,
    rules: RulesVersion,
) -> Option<NaiveDate> {
    if rules.has(Departure::OutcomeDateCheckedFirst) {
        accept_outcome_date(entered, today).ok().or(before)
    } else {
        entered
    }
}
