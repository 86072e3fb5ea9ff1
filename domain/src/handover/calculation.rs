//! The calculation: who is responsible for a case, why, and from which day. Read it from top to bottom; the first rule
//! that fits decides. Handover rules 5.

use chrono::NaiveDate;

use super::{
    HandoverFacts, Responsibility, RulesVersion,
    ground::{DateRule, Ground, Handover},
    open_conditions::OpenConditions,
    release::{HandoverRelease, HandoverReleaseKind},
    situation::Situation,
};
use crate::{
    Moment,
    calendar::{days_before, months_after, months_before},
    early_allocation::State,
    prisoner::OutsidePolicy,
    reference::Imprisonment,
};

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
    // Rule 0: outside the policy there is nothing to hand over.
    case.inside_policy()?;
    Ok(decide(&case, at.day(rules)))
}

/// The first rule that fits a case inside the policy. Handover rules 5.
fn ground(case: &Situation) -> Ground {
    // Rule 1: a second indeterminate sentence. The prison is responsible.
    if let Some(sentences) = case.additional {
        return Ground::AdditionalSentence(sentences);
    }
    // Rules 2 to 4 are about indeterminate prisoners whose hearing is 12 months or more away.
    if let Some(hearing) = case.far_hearing.filter(|_| case.indeterminate) {
        let managed = case.mappa.filter(|level| level.is_managed());
        // Rule 2: recalled, and not managed at MAPPA level 2 or 3. The prison is responsible, the community supports.
        if case.recalled && managed.is_none() {
            let mappa = case.mappa;
            return Ground::RecalledHearingFar { hearing, mappa };
        }
        // Rule 3: parole refused, and managed at MAPPA level 2 or 3. The community is responsible.
        if case.refused
            && let Some(mappa) = managed
        {
            return Ground::RefusedAndManaged { hearing, mappa };
        }
        // Rule 4: parole refused. The prison is responsible, the community supports.
        if case.refused {
            return Ground::RefusedHearingFar { hearing };
        }
    }
    // Rule 5: recalled. The community is responsible.
    if case.recalled {
        return Ground::Recalled;
    }
    // Rule 6: held under immigration powers. The community is responsible.
    if case.imprisonment == Imprisonment::Immigration {
        return Ground::Immigration;
    }
    match case.release {
        // Rule 7: no release to reckon from. The prison is responsible.
        None => Ground::ReleaseUnknown,
        // Rule 8: the dates decide.
        Some(release) => Ground::Dates {
            rule: date_rule(&DatedCase::new(case, release)),
            release,
        },
    }
}

/// Which rule gives the handover date. Handover rules 5.1.
#[must_use]
pub fn date_rule(case: &DatedCase) -> DateRule {
    if case.early_allocation {
        // a: early allocation
        DateRule::EarlyAllocation
    } else if case.indeterminate {
        // b: an indeterminate sentence
        DateRule::Indeterminate { open: case.open }
    } else if let Some(sentence_start) = case.short_since() {
        // c: a sentence of ten months or less
        DateRule::Short { sentence_start }
    } else if case.parole_eligible {
        // d: a sentence with parole
        DateRule::Parole
    } else {
        // e: any other
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

/// What the rule that fits comes to. Handover rules 5, rules 1 to 8.
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
        // Rules 1 and 7
        Ground::AdditionalSentence(_) | Ground::ReleaseUnknown => fixed(Responsibility::CustodyOnly),
        // Rules 2 and 4
        Ground::RecalledHearingFar { .. } | Ground::RefusedHearingFar { .. } => {
            fixed(Responsibility::CustodyWithCom)
        }
        // Rules 3, 5 and 6
        Ground::RefusedAndManaged { .. } | Ground::Recalled | Ground::Immigration => {
            fixed(Responsibility::Community)
        }
        // Rule 8
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
