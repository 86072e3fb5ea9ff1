//! The lists of handovers, their tasks, who is written to about them, and what a new calculation changes.

mod ldu_emails;
mod lists;
mod recalculation;
mod recipients;
mod reminders;
mod tasks;

use chrono::NaiveDate;
use domain::{
    handover::{Reason, Responsibility, RulesVersion},
    handover_list::HandoverRecord,
};

pub(super) const REFERENCE: RulesVersion = RulesVersion::REFERENCE;

pub(super) fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// 20 May 2024.
pub(super) fn today() -> NaiveDate {
    day("2024-05-20")
}

/// A determinate case handed over on that day.
pub(super) fn record(responsibility: Responsibility, handover: Option<&str>) -> HandoverRecord {
    HandoverRecord {
        responsibility,
        reason: Reason::Determinate,
        handover_date: handover.map(day),
        start_date: handover.map(day),
    }
}

pub(super) fn custody(handover: &str) -> HandoverRecord {
    record(Responsibility::CustodyOnly, Some(handover))
}

pub(super) fn community(handover: &str) -> HandoverRecord {
    record(Responsibility::Community, Some(handover))
}

/// In open conditions: supported since ten days, handed over in ten.
pub(super) fn supported() -> HandoverRecord {
    HandoverRecord {
        responsibility: Responsibility::CustodyWithCom,
        reason: Reason::IndeterminateOpen,
        handover_date: Some(day("2024-05-30")),
        start_date: Some(day("2024-05-10")),
    }
}
