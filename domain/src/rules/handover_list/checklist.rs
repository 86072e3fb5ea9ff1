//! What the POM has to do for a handover, and what is done. Handover rules 11.4.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{kind::HandoverType, record::HandoverRecord};
use crate::{
    coded::coded,
    handover::{Departure, PomOfCase, RulesVersion},
};

coded! {
    /// A task of a handover.
    HandoverTask {
        /// The last OASys assessment is reviewed.
        ReviewedOasys = "reviewedOasys",
        /// There was contact from the community offender manager.
        ContactedCom = "contactedCom",
        /// The handover meeting took place.
        AttendedHandoverMeeting = "attendedHandoverMeeting",
        /// The handover report is sent.
        SentHandoverReport = "sentHandoverReport",
    }
}

impl HandoverTask {
    /// The tasks of an enhanced handover, in their order.
    const ENHANCED: &'static [Self] = &[
        Self::ReviewedOasys,
        Self::ContactedCom,
        Self::AttendedHandoverMeeting,
    ];
    /// Those of an enhanced handover since it was made simpler.
    const ENHANCED_SIMPLIFIED: &'static [Self] = &[Self::ReviewedOasys, Self::ContactedCom];
    /// Those of every other one.
    const OTHER: &'static [Self] = &[Self::ContactedCom, Self::SentHandoverReport];

    /// The tasks of a handover of this type on that day, in their order.
    #[must_use]
    pub fn of(kind: HandoverType, handover_date: Option<NaiveDate>, rules: RulesVersion) -> &'static [Self] {
        let simplified = Departure::SimplifiedEnhancedHandover;
        let is_simplified =
            rules.has(simplified) && handover_date.is_some_and(|date| date >= simplified.since());
        match kind {
            HandoverType::Enhanced if is_simplified => Self::ENHANCED_SIMPLIFIED,
            HandoverType::Enhanced => Self::ENHANCED,
            HandoverType::Standard | HandoverType::None | HandoverType::Missing => Self::OTHER,
        }
    }

    /// What the checklist says.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::ReviewedOasys => "Review the last OASys assessment",
            Self::ContactedCom => "Have contact from COM",
            Self::AttendedHandoverMeeting => "Attend handover meeting",
            Self::SentHandoverReport => "Send handover report",
        }
    }

    /// What lists say.
    #[must_use]
    pub const fn short_label(self) -> &'static str {
        match self {
            Self::ReviewedOasys => "Review OASys",
            _ => self.label(),
        }
    }
}

/// What is done. Nothing recorded is nothing done; what a change of type makes superfluous stays recorded.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(clippy::struct_excessive_bools, reason = "four boxes to tick")]
pub struct Checklist {
    /// See [`HandoverTask::ReviewedOasys`].
    pub reviewed_oasys: bool,
    /// See [`HandoverTask::ContactedCom`].
    pub contacted_com: bool,
    /// See [`HandoverTask::AttendedHandoverMeeting`].
    pub attended_handover_meeting: bool,
    /// See [`HandoverTask::SentHandoverReport`].
    pub sent_handover_report: bool,
}

impl Checklist {
    /// Whether this task is done.
    #[must_use]
    pub const fn has_done(&self, task: HandoverTask) -> bool {
        match task {
            HandoverTask::ReviewedOasys => self.reviewed_oasys,
            HandoverTask::ContactedCom => self.contacted_com,
            HandoverTask::AttendedHandoverMeeting => self.attended_handover_meeting,
            HandoverTask::SentHandoverReport => self.sent_handover_report,
        }
    }

    /// How many of these tasks are done.
    #[must_use]
    pub fn done_of(&self, tasks: &[HandoverTask]) -> usize {
        tasks.iter().filter(|task| self.has_done(**task)).count()
    }
}

/// Whether the checklist may be edited: by a POM of the case, while there is something to be done for a handover.
#[must_use]
pub fn may_edit_checklist(
    pom: PomOfCase,
    released: bool,
    record: Option<&HandoverRecord>,
    today: NaiveDate,
    rules: RulesVersion,
) -> bool {
    pom != PomOfCase::Unrelated && !released && record.is_some_and(|record| record.is_in_window(today, rules))
}
