//! The answer: who is responsible and from when, the rule that decided, and the facts that it decided by.

use chrono::NaiveDate;

use super::{
    Responsibility, facts::MappaLevel, hearings::ParoleRefusal, open_conditions::OpenConditions,
    release::HandoverRelease, sentences::AdditionalSentence,
};
use crate::reference::Reason;

/// What was calculated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Handover {
    /// Who is responsible.
    pub responsibility: Responsibility,
    /// The day on which the community becomes responsible, London calendar date.
    pub handover_date: Option<NaiveDate>,
    /// The day on which the community begins to support, London calendar date.
    pub start_date: Option<NaiveDate>,
    /// Which rule decided, and by what.
    pub ground: Ground,
}

/// The rule that decided, and the facts it decided by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ground {
    /// Rule 1: a second indeterminate sentence.
    AdditionalSentence(AdditionalSentence),
    /// Rule 2: recalled, and the hearing is far.
    RecalledHearingFar {
        /// The hearing.
        hearing: NaiveDate,
        /// Not 2 or 3.
        mappa: Option<MappaLevel>,
    },
    /// Rule 3: refused, the hearing is far, and several agencies manage the case.
    RefusedAndManaged {
        /// The hearing.
        hearing: NaiveDate,
        /// The refusal.
        refused: ParoleRefusal,
        /// 2 or 3.
        mappa: MappaLevel,
    },
    /// Rule 4: refused, and the hearing is far.
    RefusedHearingFar {
        /// The hearing.
        hearing: NaiveDate,
        /// The refusal.
        refused: ParoleRefusal,
    },
    /// Rule 5: recalled.
    Recalled,
    /// Rule 6: held under immigration powers.
    Immigration,
    /// Rule 7: no release to reckon from.
    ReleaseUnknown {
        /// Whether it is looked for among the dates of an indeterminate sentence.
        indeterminate: bool,
    },
    /// Rule 8: the dates decide.
    Dates {
        /// Which of the rules of 5.1.
        rule: DateRule,
        /// The release that it reckons from.
        release: HandoverRelease,
    },
}

/// Which rule gave the handover date. Handover rules 5.1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DateRule {
    /// a: an early allocation.
    EarlyAllocation {
        /// The day of the assessment that makes it one.
        assessed_on: Option<NaiveDate>,
    },
    /// b: an indeterminate sentence.
    Indeterminate {
        /// In open conditions, and by what.
        open: Option<OpenConditions>,
    },
    /// c: a sentence of ten months or less, of which nothing is handed over.
    Short {
        /// The start of the sentence, from which the months are counted.
        sentence_start: NaiveDate,
    },
    /// d: a sentence with parole.
    Parole,
    /// e: any other sentence.
    Determinate,
}

impl Ground {
    /// The code that is stored.
    #[must_use]
    pub const fn reason(&self) -> Reason {
        match self {
            Self::AdditionalSentence(_) => Reason::AdditionalIsp,
            Self::RecalledHearingFar { .. } => Reason::RecallThdOver12Months,
            Self::RefusedAndManaged { .. } => Reason::ParoleMappa23,
            Self::RefusedHearingFar { .. } => Reason::ThdOver12Months,
            Self::Recalled => Reason::RecallCase,
            Self::Immigration => Reason::ImmigrationCase,
            Self::ReleaseUnknown { .. } => Reason::ReleaseDateUnknown,
            Self::Dates { rule, .. } => rule.reason(),
        }
    }
}

impl DateRule {
    /// The code that is stored.
    #[must_use]
    pub const fn reason(self) -> Reason {
        match self {
            Self::EarlyAllocation { .. } => Reason::EarlyAllocation,
            Self::Indeterminate { open: Some(_) } => Reason::IndeterminateOpen,
            Self::Indeterminate { open: None } => Reason::Indeterminate,
            Self::Short { .. } => Reason::DeterminateShort,
            Self::Parole => Reason::DeterminateParole,
            Self::Determinate => Reason::Determinate,
        }
    }
}

impl Handover {
    /// The code of the reason.
    #[must_use]
    pub const fn reason(&self) -> Reason {
        self.ground.reason()
    }
}
