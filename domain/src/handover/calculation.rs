//! The calculation: who is responsible for a case, why, and from which day. Read it from top to bottom; the first rule
//! that fits decides. Handover rules 5.

use chrono::NaiveDate;

use super::{
    HandoverFacts, Reason, Responsibility, RulesVersion, facts::MappaLevel, release::HandoverRelease,
    sentences::AdditionalSentence, situation::Situation,
};
use crate::{
    Moment,
    calendar::{days_before, months_after, months_before},
    early_allocation::State,
    reference::Imprisonment,
};

/// A case outside the policy has no responsible manager. Handover rules 5, rule 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "the case is outside OMiC policy: it takes an adult who is sentenced or held under immigration powers, and not for a civil matter"
)]
pub struct OutsidePolicy;

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
        /// In open conditions.
        open: bool,
    },
    /// c: a sentence of ten months or less, of which nothing is handed over.
    Short,
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
/// When the case is outside the policy.
pub fn calculate(
    facts: &HandoverFacts<'_>,
    at: Moment,
    rules: RulesVersion,
) -> Result<Handover, OutsidePolicy> {
    let case = Situation::of(facts, at, rules);
    if case.is_inside_policy() {
        Ok(decide(&case, at.day(rules)))
    } else {
        Err(OutsidePolicy)
    }
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
    // Rule 1
    if let Some(sentences) = case.additional {
        return Ground::AdditionalSentence(sentences);
    }
    if case.indeterminate
        && let Some(hearing) = case.far_hearing
    {
        let managed = case.mappa.filter(|level| level.is_managed());
        // Rule 2
        if case.recalled && managed.is_none() {
            return Ground::RecalledHearingFar {
                hearing,
                mappa: case.mappa,
            };
        }
        // Rules 3 and 4
        if case.refused {
            return match managed {
                Some(mappa) => Ground::RefusedAndManaged { hearing, mappa },
                None => Ground::RefusedHearingFar { hearing },
            };
        }
    }
    // Rule 5
    if case.recalled {
        return Ground::Recalled;
    }
    // Rule 6
    if case.imprisonment == Imprisonment::Immigration {
        return Ground::Immigration;
    }
    match case.release {
        // Rule 7
        None => Ground::ReleaseUnknown,
        // Rule 8
        Some(release) => Ground::Dates {
            rule: date_rule(&DatedCase {
                early_allocation: case.early_allocation == Some(State::Eligible),
                indeterminate: case.indeterminate,
                open: case.conditions.open,
                sentence_start: case.sentence_start,
                parole_eligible: release.kind == super::HandoverReleaseKind::Ped,
                release: release.date,
            }),
            release,
        },
    }
}

/// What the rules of 5.1 read.
#[derive(Debug, Clone, Copy)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each answers a question of the policy"
)]
pub struct DatedCase {
    /// Early allocation. Handover rules 8.5.
    pub early_allocation: bool,
    /// Serving an indeterminate sentence.
    pub indeterminate: bool,
    /// In open conditions.
    pub open: bool,
    /// Start of the sentence, London calendar date.
    pub sentence_start: Option<NaiveDate>,
    /// The release is the day of parole eligibility.
    pub parole_eligible: bool,
    /// The earliest release for handover, London calendar date.
    pub release: NaiveDate,
}

/// Which rule gives the handover date. Handover rules 5.1.
#[must_use]
pub fn date_rule(case: &DatedCase) -> DateRule {
    let ten_months_or_less = || {
        case.sentence_start
            .is_some_and(|start| months_after(start, 10) >= case.release)
    };
    if case.early_allocation {
        DateRule::EarlyAllocation
    } else if case.indeterminate {
        DateRule::Indeterminate { open: case.open }
    } else if ten_months_or_less() {
        DateRule::Short
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
            Self::Short => None,
            Self::Determinate => Some(days_before(months_before(release, 8), 14)),
        }
    }

    /// The code that is stored.
    #[must_use]
    pub const fn reason(self) -> Reason {
        match self {
            Self::EarlyAllocation => Reason::EarlyAllocation,
            Self::Indeterminate { open: true } => Reason::IndeterminateOpen,
            Self::Indeterminate { open: false } => Reason::Indeterminate,
            Self::Short => Reason::DeterminateShort,
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
