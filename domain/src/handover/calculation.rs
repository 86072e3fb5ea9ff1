//! The calculation: who is responsible for a case, why, and from which day. Read it from top to bottom; the first rule
//! that fits decides. Handover rules 5.

use chrono::NaiveDate;

use super::{
    HandoverFacts, Reason, Responsibility, RulesVersion,
    facts::MappaLevel,
    open_conditions::OpenConditions,
    release::{HandoverRelease, HandoverReleaseKind},
    sentences::AdditionalSentence,
    situation::Situation,
};
use crate::{
    Moment,
    calendar::{days_before, months_after, months_before},
    early_allocation::State,
    prisoner::OutsidePolicy,
    reference::Imprisonment,
};

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
        /// 2 or 3.
        mappa: MappaLevel,
    },
    /// Rule 4: refused, and the hearing is far.
    RefusedHearingFar {
        /// The hearing.
        hearing: NaiveDate,
    },
    /// Rule 5: recalled.
    Recalled,
    /// Rule 6: held under immigration powers.
    Immigration,
    /// Rule 7: no release to reckon from.
    ReleaseUnknown,
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
    EarlyAllocation,
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

/// Who is responsible for the case at this moment, under these rules.
///
/// # Errors
/// When the case is outside the policy, by which of its conditions. Handover rules 5, rule 0.
pub fn calculate(
    facts: &HandoverFacts<'_>,
    at: Moment,
    rules: RulesVersion,
) -> Result<Handover, OutsidePolicy> {
    let case = Situation::of(facts, at, rules);
    case.inside_policy()?;
    Ok(decide(&case, at.day(rules)))
}

/// The answer for a case inside the policy.
#[must_use]
pub fn decide(case: &Situation, day: NaiveDate) -> Handover {
    let ground = ground(case);
    let fixed = |responsibility| Handover {
        responsibility,
        handover_date: None,
        start_date: None,
        ground,
    };
    match ground {
        Ground::AdditionalSentence(_) | Ground::ReleaseUnknown => fixed(Responsibility::CustodyOnly),
        Ground::RecalledHearingFar { .. } | Ground::RefusedHearingFar { .. } => {
            fixed(Responsibility::CustodyWithCom)
        }
        Ground::RefusedAndManaged { .. } | Ground::Recalled | Ground::Immigration => {
            fixed(Responsibility::Community)
        }
        Ground::Dates { rule, release } => {
            let handover_date = rule.handover_date(release.date);
            let start_date = start_date(case.indeterminate, case.conditions.opened, handover_date);
            Handover {
                responsibility: responsibility_on(day, start_date, handover_date),
                handover_date,
                start_date,
                ground,
            }
        }
    }
}

/// Which rule decides. Handover rules 5.
fn ground(case: &Situation) -> Ground {
    if let Some(sentences) = case.additional {
        // Rule 1
        Ground::AdditionalSentence(sentences)
    } else if let Some(ground) = far_hearing_ground(case) {
        // Rules 2 to 4
        ground
    } else if case.recalled {
        // Rule 5
        Ground::Recalled
    } else if case.imprisonment == Imprisonment::Immigration {
        // Rule 6
        Ground::Immigration
    } else {
        // Rules 7 and 8
        release_ground(case)
    }
}

/// Which rule decides an indeterminate case whose hearing is far, if one does. Handover rules 5, rules 2 to 4.
fn far_hearing_ground(case: &Situation) -> Option<Ground> {
    let hearing = case.far_hearing.filter(|_| case.indeterminate)?;
    let managed = case.mappa.filter(|level| level.is_managed());
    match (case.recalled, case.refused, managed) {
        // Rule 2
        (true, _, None) => Some(Ground::RecalledHearingFar {
            hearing,
            mappa: case.mappa,
        }),
        // Rule 3
        (_, true, Some(mappa)) => Some(Ground::RefusedAndManaged { hearing, mappa }),
        // Rule 4
        (_, true, None) => Some(Ground::RefusedHearingFar { hearing }),
        _ => None,
    }
}

/// Whether the dates decide, by whether there is one to reckon from. Handover rules 5, rules 7 and 8.
fn release_ground(case: &Situation) -> Ground {
    match case.release {
        None => Ground::ReleaseUnknown,
        Some(release) => Ground::Dates {
            rule: date_rule(&DatedCase::new(case, release)),
            release,
        },
    }
}

/// What the rules of 5.1 read.
#[derive(Debug, Clone, Copy)]
pub struct DatedCase {
    /// Early allocation. Handover rules 8.5.
    pub early_allocation: bool,
    /// Serving an indeterminate sentence.
    pub indeterminate: bool,
    /// In open conditions, and by what.
    pub open: Option<OpenConditions>,
    /// Start of the sentence, London calendar date.
    pub sentence_start: Option<NaiveDate>,
    /// The release is the day of parole eligibility.
    pub parole_eligible: bool,
    /// The earliest release for handover, London calendar date.
    pub release: NaiveDate,
}

impl DatedCase {
    fn new(case: &Situation, release: HandoverRelease) -> Self {
        Self {
            early_allocation: case.early_allocation == Some(State::Eligible),
            indeterminate: case.indeterminate,
            open: case.conditions.open,
            sentence_start: case.sentence_start,
            parole_eligible: release.kind == HandoverReleaseKind::Ped,
            release: release.date,
        }
    }

    /// The start of a sentence of ten months or less.
    fn short_since(&self) -> Option<NaiveDate> {
        self.sentence_start
            .filter(|start| months_after(*start, 10) >= self.release)
    }
}

/// Which rule gives the handover date. Handover rules 5.1.
#[must_use]
pub fn date_rule(case: &DatedCase) -> DateRule {
    if case.early_allocation {
        DateRule::EarlyAllocation
    } else if case.indeterminate {
        DateRule::Indeterminate { open: case.open }
    } else if let Some(sentence_start) = case.short_since() {
        DateRule::Short { sentence_start }
    } else if case.parole_eligible {
        DateRule::Parole
    } else {
        DateRule::Determinate
    }
}

impl DateRule {
    /// The handover date, from the release. Months are taken off before days. Handover rules 5.1.
    #[must_use]
    pub fn handover_date(self, release: NaiveDate) -> Option<NaiveDate> {
        match self {
            Self::EarlyAllocation => Some(months_before(release, 15)),
            Self::Indeterminate { .. } | Self::Parole => Some(months_before(release, 12)),
            Self::Short { .. } => None,
            Self::Determinate => Some(days_before(months_before(release, 8), 14)),
        }
    }

    /// The code that is stored.
    #[must_use]
    pub const fn reason(self) -> Reason {
        match self {
            Self::EarlyAllocation => Reason::EarlyAllocation,
            Self::Indeterminate { open: Some(_) } => Reason::IndeterminateOpen,
            Self::Indeterminate { open: None } => Reason::Indeterminate,
            Self::Short { .. } => Reason::DeterminateShort,
            Self::Parole => Reason::DeterminateParole,
            Self::Determinate => Reason::Determinate,
        }
    }
}

/// The day on which the community begins to support: the handover, or for an indeterminate prisoner under the open prison
/// rules the day on which open conditions began, if that is earlier. Handover rules 5.2.
#[must_use]
pub fn start_date(
    indeterminate: bool,
    opened: Option<NaiveDate>,
    handover_date: Option<NaiveDate>,
) -> Option<NaiveDate> {
    let opened = opened.filter(|_| indeterminate);
    [opened, handover_date].into_iter().flatten().min()
}

/// Who is responsible on a day, by the dates. Handover rules 5.3.
#[must_use]
pub fn responsibility_on(
    day: NaiveDate,
    start_date: Option<NaiveDate>,
    handover_date: Option<NaiveDate>,
) -> Responsibility {
    let Some(handover) = handover_date else {
        return Responsibility::Community;
    };
    if start_date.is_some_and(|start| day < start) {
        Responsibility::CustodyOnly
    } else if day < handover {
        Responsibility::CustodyWithCom
    } else {
        Responsibility::Community
    }
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
            Self::ReleaseUnknown => Reason::ReleaseDateUnknown,
            Self::Dates { rule, .. } => rule.reason(),
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
