//! Which days' files are still to be brought in, and how long their rows are kept. Handover rules 9.5.

use chrono::NaiveDate;

use crate::calendar::{days_after, days_before};

/// For how many days after it was dealt with a row is kept.
const KEPT_DAYS: u64 = 60;

/// The days whose files are fetched today, oldest first: those after the last that was brought in until yesterday, or
/// yesterday alone when none ever was. Whoever purges rows keeps the last day apart: without it a gap is never filled.
pub fn days_to_import(last_imported: Option<NaiveDate>, today: NaiveDate) -> impl Iterator<Item = NaiveDate> {
    let yesterday = days_before(today, 1);
    let first = last_imported.map_or(yesterday, |last| days_after(last, 1));
    first.iter_days().take_while(move |day| *day <= yesterday)
}

/// Whether a row that was dealt with on that London day is purged: more than sixty days ago.
#[must_use]
pub fn is_purged(processed_on: NaiveDate, today: NaiveDate) -> bool {
    processed_on < days_before(today, KEPT_DAYS)
}
