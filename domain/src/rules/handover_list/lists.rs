//! On which of the four handover lists a case stands. Handover rules 11.2.

use chrono::NaiveDate;

use super::{
    checklist::{Checklist, HandoverTask},
    kind::HandoverType,
    record::HandoverRecord,
};
use crate::{
    calendar::{days_after, days_before},
    handover::{ComContact, RulesVersion},
};

/// How many days after it is due the allocation of a community offender manager is overdue.
const COM_OVERDUE_DAYS: u64 = 2;
/// How many days before it a handover is due soon.
const DUE_SOON_DAYS: u64 = 14;

/// What the lists read of a case. Everything but the release is stored by the service itself.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ListedCase<'a> {
    /// The last calculation.
    pub record: Option<HandoverRecord>,
    /// What the probation record says; absent where there is none.
    pub probation: Option<ListedProbation<'a>>,
    /// What is recorded as done.
    pub checklist: Option<Checklist>,
    /// Counts as released, and is on no list; see [`crate::handover::ReleaseFacts`].
    pub released: bool,
}

/// What the lists read of a probation record, which nDelius gives or an officer typed in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ListedProbation<'a> {
    /// The community offender manager. An empty text counts as known.
    pub com: ComContact<'a>,
    /// Whether the handover is an enhanced one; absent where the source does not say.
    pub enhanced_resourcing: Option<bool>,
}

/// How far the checklist is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// The tasks, in their order.
    pub tasks: &'static [HandoverTask],
    /// How many of them are done.
    pub done: usize,
    /// All are.
    pub complete: bool,
}

impl ListedCase<'_> {
    /// On the list "Upcoming handovers".
    #[must_use]
    pub fn is_upcoming(&self, today: NaiveDate) -> bool {
        self.upcoming(today) && !self.has_com_name()
    }

    /// On the list "Handovers in progress".
    #[must_use]
    pub fn is_in_progress(&self, today: NaiveDate, rules: RulesVersion) -> bool {
        self.begun(rules).is_some() || (self.upcoming(today) && self.has_com_name())
    }

    /// On the list "Overdue tasks", and marked "Handover tasks overdue" there and among the handovers in progress.
    #[must_use]
    pub fn has_overdue_tasks(&self, rules: RulesVersion) -> bool {
        self.listed().is_some_and(|record| record.is_handed_over()) && !self.progress(rules).complete
    }

    /// On the list "COM allocation overdue".
    #[must_use]
    pub fn is_com_overdue(&self, today: NaiveDate, rules: RulesVersion) -> bool {
        let nobody_known = self
            .probation
            .is_some_and(|probation| probation.com.name.is_none() && probation.com.email.is_none());
        nobody_known
            && self
                .begun(rules)
                .is_some_and(|record| is_com_late(record, today, rules))
    }

    /// There is something to be done for a handover now.
    #[must_use]
    pub fn is_in_window(&self, today: NaiveDate, rules: RulesVersion) -> bool {
        self.record
            .is_some_and(|record| record.is_in_window(today, rules))
    }

    /// For how many days a community offender manager has been needed; negative before that day.
    #[must_use]
    pub fn days_overdue(&self, today: NaiveDate, rules: RulesVersion) -> Option<i64> {
        let needed = self.record?.com_needed_from(rules)?;
        Some(today.signed_duration_since(needed).num_days())
    }

    /// How the case is handed over.
    #[must_use]
    pub fn handover_type(&self) -> HandoverType {
        let resourcing = self.probation.map(|probation| probation.enhanced_resourcing);
        HandoverType::of(self.record.as_ref(), resourcing)
    }

    /// How far the checklist is.
    #[must_use]
    pub fn progress(&self, rules: RulesVersion) -> Progress {
        let handover_date = self.record.and_then(|record| record.handover_date);
        let tasks = HandoverTask::of(self.handover_type(), handover_date, rules);
        let done = self.checklist.unwrap_or_default().done_of(tasks);
        Progress {
            tasks,
            done,
            complete: done == tasks.len(),
        }
    }

    /// "Handover due soon": an upcoming handover is at most a fortnight away.
    #[must_use]
    pub fn is_due_soon(&self, today: NaiveDate) -> bool {
        self.record.is_some_and(|record| {
            record.is_upcoming(today)
                && record
                    .handover_date
                    .is_some_and(|handover| today >= days_before(handover, DUE_SOON_DAYS))
        })
    }

    /// "Allocation overdue", in the column of the community offender manager.
    #[must_use]
    pub fn is_com_marked_overdue(&self, today: NaiveDate, rules: RulesVersion) -> bool {
        !self.has_com_name()
            && self
                .record
                .is_some_and(|record| is_com_late(record, today, rules))
    }

    /// The record of a case that may be listed.
    fn listed(&self) -> Option<HandoverRecord> {
        self.record.filter(|_| !self.released)
    }

    fn upcoming(&self, today: NaiveDate) -> bool {
        self.listed().is_some_and(|record| record.is_upcoming(today))
    }

    /// The record of a listed case in which the community has a part already.
    fn begun(&self, rules: RulesVersion) -> Option<HandoverRecord> {
        self.listed()
            .filter(|record| record.is_handed_over() || record.is_supported(rules))
    }

    fn has_com_name(&self) -> bool {
        self.probation
            .is_some_and(|probation| probation.com.name.is_some())
    }
}

fn is_com_late(record: HandoverRecord, today: NaiveDate, rules: RulesVersion) -> bool {
    record
        .com_needed_from(rules)
        .is_some_and(|needed| today >= days_after(needed, COM_OVERDUE_DAYS))
}
