//! What a new calculation changes: the record, the checklist, and who is told. Handover rules 10.2.

use chrono::{DateTime, Utc};

use crate::{
    Moment,
    calendar::same_time_days_before,
    coded::coded,
    handover::{Departure, Reason, Responsibility, RulesVersion},
    handover_list::{Checklist, HandoverRecord},
};

/// How many days of London clocks pass between two requests to assign a community offender manager.
const ASSIGN_COM_AGAIN_DAYS: u64 = 2;

/// What a recalculation reads. All but the probation record is kept by the service itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RecalculationFacts {
    /// What was kept of the last calculation.
    pub before: Option<HandoverRecord>,
    /// The result of this one; none for a case outside the policy.
    pub after: Option<HandoverRecord>,
    /// What the probation record says; absent where there is none.
    pub probation: Option<ComNeed>,
    /// What is recorded as done.
    pub checklist: Option<Checklist>,
    /// When the local delivery unit was last asked to assign a community offender manager, UTC.
    pub last_asked_to_assign: Option<DateTime<Utc>>,
}

/// What a probation record, which nDelius gives or an officer typed in, says that a request for a community offender
/// manager depends on.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ComNeed {
    /// The address of the local delivery unit is known to the register of units, and the unit is in use.
    pub ldu_reachable: bool,
    /// A community offender manager is named; blank is nobody.
    pub has_com_name: bool,
    /// The case reference number is known; blank is not.
    pub has_crn: bool,
}

coded! {
    /// A request to the local delivery unit.
    ComRequest {
        /// The prisoner is in open conditions, and a community offender manager is to support.
        Supporting = "open_prison_supporting_com_needed",
        /// The sentence is short, and a community offender manager is responsible at once.
        Assign = "assign_com_less_than_10_months",
    }
}

/// What a recalculation leaves and brings about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Recalculation {
    /// What is kept from now on.
    pub record: Option<HandoverRecord>,
    /// It is another than before: kept with a version and an audit entry.
    pub changed: bool,
    /// `handover.changed` is announced.
    pub announced: bool,
    /// What is recorded as done from now on.
    pub checklist: Option<Checklist>,
    /// What the local delivery unit is asked.
    pub request: Option<ComRequest>,
}

impl RecalculationFacts {
    /// What follows; nothing at all for a case outside the policy or without a probation record.
    #[must_use]
    pub fn recalculate(&self, at: Moment, rules: RulesVersion) -> Recalculation {
        match (self.after, self.probation) {
            (Some(after), Some(probation)) => Recalculation {
                record: Some(after),
                changed: self.before != Some(after),
                announced: self.is_announced(after, rules),
                checklist: self.checklist.map(|checklist| {
                    if self.starts_afresh(after, at, rules) {
                        Checklist::default()
                    } else {
                        checklist
                    }
                }),
                request: self.request(after, probation, at),
            },
            _ => Recalculation {
                record: self.before,
                changed: false,
                announced: false,
                checklist: self.checklist,
                request: None,
            },
        }
    }

    /// A date changed, from none known before; or, by departure, anything.
    fn is_announced(&self, after: HandoverRecord, rules: RulesVersion) -> bool {
        let dates = |record: HandoverRecord| (record.start_date, record.handover_date);
        let dates_changed = self.before.map(dates).unwrap_or_default() != dates(after);
        dates_changed || (rules.has(Departure::EveryChangeAnnounced) && self.before != Some(after))
    }

    /// The prison has the case alone, either again, or until a date that was moved out of sight.
    fn starts_afresh(&self, after: HandoverRecord, at: Moment, rules: RulesVersion) -> bool {
        let before = self.before;
        let came_back = before.map(|record| record.responsibility) != Some(after.responsibility);
        let moved = before.and_then(|record| record.handover_date) != after.handover_date;
        after.responsibility == Responsibility::CustodyOnly
            && (came_back || (moved && !after.is_in_window(at.today(), rules)))
    }

    fn request(&self, after: HandoverRecord, probation: ComNeed, at: Moment) -> Option<ComRequest> {
        if !probation.ldu_reachable || probation.has_com_name {
            None
        } else if self.opened(after) {
            Some(ComRequest::Supporting)
        } else if is_short_and_community(after) && probation.has_crn && !self.was_asked_lately(at) {
            Some(ComRequest::Assign)
        } else {
            None
        }
    }

    /// Moved to open conditions, and by that to a supporting community offender manager.
    fn opened(&self, after: HandoverRecord) -> bool {
        self.before.is_some_and(|before| {
            (before.reason, before.responsibility) == (Reason::Indeterminate, Responsibility::CustodyOnly)
                && (after.reason, after.responsibility)
                    == (Reason::IndeterminateOpen, Responsibility::CustodyWithCom)
        })
    }

    fn was_asked_lately(&self, at: Moment) -> bool {
        self.last_asked_to_assign
            .is_some_and(|asked| asked >= same_time_days_before(at.now(), ASSIGN_COM_AGAIN_DAYS))
    }
}

fn is_short_and_community(record: HandoverRecord) -> bool {
    record.responsibility == Responsibility::Community && record.reason == Reason::DeterminateShort
}
