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

/// The first rule that fits a case inside the policy, and what it comes to. Handover rules 5.
#[must_use]
pub fn decide(case: &Situation, day: NaiveDate) -> Handover {
    // Rule 1: a second indeterminate sentence.
    if let Some(sentences) = case.additional {
        return whatever_the_dates(Responsibility::CustodyOnly, Ground::AdditionalSentence(sentences));
    }
    // Rules 2 to 4 are about indeterminate prisoners whose hearing is 12 months or more away.
    if let Some(hearing) = case.far_hearing.filter(|_| case.indeterminate) {
        let managed = case.mappa.filter(|level| level.is_managed());
        // Rule 2: recalled, and not managed at MAPPA level 2 or 3.
        if case.recalled && managed.is_none() {
            let mappa = case.mappa;
            return whatever_the_dates(
                Responsibility::CustodyWithCom,
                Ground::RecalledHearingFar { hearing, mappa },
            );
        }
        if let Some(refused) = case.refused {
            return match managed {
                // Rule 3: parole refused, and managed at MAPPA level 2 or 3.
                Some(mappa) => whatever_the_dates(
                    Responsibility::Community,
                    Ground::RefusedAndManaged {
                        hearing,
                        refused,
                        mappa,
                    },
                ),
                // Rule 4: parole refused.
                None => whatever_the_dates(
                    Responsibility::CustodyWithCom,
                    Ground::RefusedHearingFar { hearing, refused },
                ),
            };
        }
    }
    // Rule 5: recalled.
    if case.recalled {
        return whatever_the_dates(Responsibility::Community, Ground::Recalled);
    }
    // Rule 6: held under immigration powers.
    if case.imprisonment == Imprisonment::Immigration {
        return whatever_the_dates(Responsibility::Community, Ground::Immigration);
    }
    match case.release {
        // Rule 7: no release to reckon from.
        None => {
            let indeterminate = case.indeterminate;
            whatever_the_dates(
                Responsibility::CustodyOnly,
                Ground::ReleaseUnknown { indeterminate },
            )
        }
        // Rule 8: the dates decide.
        Some(release) => by_dates(case, release, day),
    }
}

fn whatever_the_dates(responsibility: Responsibility, ground: Ground) -> Handover {
    Handover {
        responsibility,
        handover_date: None,
        start_date: None,
        ground,
    }
}

/// Rule 8. Handover rules 5.1 to 5.3.
fn by_dates(case: &Situation, release: HandoverRelease, day: NaiveDate) -> Handover {
    let rule = date_rule(&DatedCase::new(case, release));
    let handover_date = rule.handover_date(release.date);
    let start_date = start_date(case.indeterminate, case.conditions.opened, handover_date);
    Handover {
        responsibility: responsibility_on(day, start_date, handover_date),
        handover_date,
        start_date,
        ground: Ground::Dates { rule, release },
    }
}

/// Which rule gives the handover date. Handover rules 5.1.
#[must_use]
pub fn date_rule(case: &DatedCase) -> DateRule {
    if case.early_allocation {
        // a: early allocation
        let assessed_on = case.assessed_on;
        DateRule::EarlyAllocation { assessed_on }
    } else if case.indeterminate {
        // b: an indeterminate sentence
        DateRule::Indeterminate { open: case.open }
    } else if let Some(sentence_start) = case.sentence_start
        && months_after(sentence_start, 10) >= case.release
    {
        // c: ten months or less from the start of the sentence to release
        DateRule::Short { sentence_start }
    } else if case.parole_eligible {
        // d: the release is the day of parole eligibility
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
            Self::EarlyAllocation { .. } => Some(months_before(release, 15)),
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

/// What the rules of 5.1 read.
#[derive(Debug, Clone, Copy)]
pub struct DatedCase {
    /// Early allocation. Handover rules 8.5.
    pub early_allocation: bool,
    /// The day of the assessment for it, London calendar date.
    pub assessed_on: Option<NaiveDate>,
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
            assessed_on: case.assessed_on,
            indeterminate: case.indeterminate,
            open: case.conditions.open,
            sentence_start: case.sentence_start,
            parole_eligible: release.kind == HandoverReleaseKind::Ped,
            release: release.date,
        }
    }
}
