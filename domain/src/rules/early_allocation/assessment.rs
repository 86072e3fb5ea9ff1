//! A saved assessment, and how it stands. Handover rules 8.2, 8.4 and 8.5.

use chrono::{DateTime, NaiveDate, Utc};

use super::answers::Outcome;
use crate::{
    coded::coded,
    handover::{Departure, RulesVersion},
    london_date,
};

/// An assessment as a POM saved it. Ordered by when it was made; what else it says only settles which of two made in one moment
/// is the later.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Assessment {
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// Whether the case was within the referral window then.
    pub created_within_window: bool,
    /// What its answers came to when it was saved; see [`Outcome::of_saved`].
    pub outcome: Outcome,
    /// What the community probation team decided, once recorded.
    pub community_decision: Option<bool>,
}

coded! {
    /// An assessment's outcome as lists show it.
    Verdict {
        /// Eligible by its answers, or accepted by the community.
        Eligible = "eligible",
        /// The community has yet to decide.
        Waiting = "waiting",
        /// Neither.
        NotEligible = "not_eligible",
    }
}

impl Verdict {
    /// What users read.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Eligible => "Eligible",
            Self::Waiting => "Waiting for community decision",
            Self::NotEligible => "Not eligible",
        }
    }
}

impl Assessment {
    /// The day on which it was made: by universal time, or in London by departure.
    #[must_use]
    pub fn created_on(&self, rules: RulesVersion) -> NaiveDate {
        if rules.has(Departure::LondonDates) {
            london_date(self.created_at)
        } else {
            self.created_at.date_naive()
        }
    }

    /// The community has been asked and has not answered.
    #[must_use]
    pub fn awaits_decision(&self) -> bool {
        self.asks_community() && self.community_decision.is_none()
    }

    /// The community is asked: a discretionary assessment that was made in time.
    #[must_use]
    pub fn asks_community(&self) -> bool {
        self.created_within_window && self.outcome == Outcome::Discretionary
    }

    /// Eligible by its answers, or by the community's decision.
    #[must_use]
    pub fn is_eligible_or_accepted(&self, rules: RulesVersion) -> bool {
        self.outcome == Outcome::Eligible || self.decision(rules) == Some(true)
    }

    /// Ineligible by its answers, or by the community's decision.
    #[must_use]
    pub fn is_ineligible_or_declined(&self, rules: RulesVersion) -> bool {
        self.outcome == Outcome::Ineligible || self.decision(rules) == Some(false)
    }

    /// The outcome as lists show it.
    #[must_use]
    pub fn verdict(&self, rules: RulesVersion) -> Verdict {
        if self.is_eligible_or_accepted(rules) {
            Verdict::Eligible
        } else if self.outcome == Outcome::Discretionary && self.decision(rules).is_none() {
            Verdict::Waiting
        } else {
            Verdict::NotEligible
        }
    }

    /// The outcome in a sentence.
    #[must_use]
    pub fn sentence(&self, rules: RulesVersion) -> &'static str {
        if self.is_eligible_or_accepted(rules) {
            if self.created_within_window {
                "Eligible - the community probation team will take responsibility for this case early"
            } else {
                "Eligible - assessment not sent to the community probation team"
            }
        } else if self.is_ineligible_or_declined(rules) {
            "Not eligible"
        } else if self.created_within_window {
            "Discretionary - the community probation team will make a decision"
        } else {
            "Discretionary - assessment not sent to the community probation team"
        }
    }

    /// The recorded decision, where it counts.
    fn decision(&self, rules: RulesVersion) -> Option<bool> {
        let counts = !rules.has(Departure::OnlyDiscretionaryAssessmentsAreDecided) || self.asks_community();
        self.community_decision.filter(|_| counts)
    }
}
