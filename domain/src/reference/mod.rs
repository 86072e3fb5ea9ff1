//! Lists that the rules consult and that others decide: prisons, codes and the days from which a policy holds. They stand
//! as the ministry published them on [`AS_OF`]; a change is made here, and nowhere else.

mod agency;
mod bank_holidays;
mod imprisonment;
mod legal_status;
mod open_conditions;
mod parole;
mod prisons;
mod reason;
mod sentence_types;

use chrono::NaiveDate;

pub use agency::{Agency, InvalidAgency};
pub(crate) use bank_holidays::bank_holidays_before;
pub use bank_holidays::is_bank_holiday;
pub use imprisonment::Imprisonment;
pub use open_conditions::{OPEN_CATEGORY, PRESCOED, mens_open_rules_since, welsh_prescoed_rules_since};
pub use parole::{ACTIVE_REVIEWS, CANCELLED_REVIEW, NO_RESULT, RELEASE_DIRECTED};
pub use prisons::{Country, Estate, Prison, prison, prisons};
pub use reason::Reason;
pub use sentence_types::is_indeterminate_type;

/// The day as of which every list of this module was checked, London calendar date.
pub const AS_OF: NaiveDate = day(2026, 8, 21);

/// A day written in this source; one that the calendar does not have would be its last, which the tests refuse.
const fn day(year: i32, month: u32, day: u32) -> NaiveDate {
    match NaiveDate::from_ymd_opt(year, month, day) {
        Some(date) => date,
        None => NaiveDate::MAX,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_day_of_the_lists_is_in_the_calendar_and_none_is_later_than_the_lists() {
        for day in [mens_open_rules_since(), welsh_prescoed_rules_since()] {
            assert!(day < AS_OF, "{day}");
        }
        assert_eq!(AS_OF.to_string(), "2026-08-21");
    }
}
