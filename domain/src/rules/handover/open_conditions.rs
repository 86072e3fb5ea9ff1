//! Whether someone is in open conditions, since when, and whether that brings the handover forward. Handover rules 4.7.

use chrono::NaiveDate;

use super::HandoverFacts;
use crate::reference::{Estate, PRESCOED, Prison, mens_open_rules_since, welsh_prescoed_rules_since};

/// What puts someone in open conditions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OpenConditions {
    /// An open prison for men.
    MensPrison,
    /// The open category, in a prison for women.
    WomensCategory,
}

/// Where someone is, as far as it matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Conditions {
    /// In a prison for women.
    pub womens_prison: bool,
    /// In open conditions, and by what.
    pub open: Option<OpenConditions>,
    /// Since when at this prison: the last arrival there, or the start of the sentence if that is later.
    pub arrived: Option<NaiveDate>,
    /// The open prison rules apply: supporting may begin with the arrival in open conditions.
    pub open_rules: bool,
    /// The day on which open conditions began, where the rules apply: the category's for women, the arrival for men.
    pub opened: Option<NaiveDate>,
}

impl Conditions {
    /// The conditions of a case.
    #[must_use]
    pub fn of(facts: &HandoverFacts<'_>) -> Self {
        let prison = facts.prison.and_then(|agency| agency.prison());
        let in_estate = |estate| prison.is_some_and(|prison| prison.estate == estate);
        let (womens_prison, mens_open) = (in_estate(Estate::Womens), in_estate(Estate::MensOpen));
        let womens_open = womens_prison && facts.category.is_some_and(|category| category.is_open);
        let arrived = arrived(facts);
        let open_rules =
            womens_open || prison.is_some_and(|prison| arrival_opens(prison, arrived, facts.probation.welsh));
        let category_since = facts.category.and_then(|category| category.active_since);
        Self {
            womens_prison,
            open: mens_open
                .then_some(OpenConditions::MensPrison)
                .or(womens_open.then_some(OpenConditions::WomensCategory)),
            arrived,
            open_rules,
            opened: opened(open_rules, womens_prison, category_since, arrived),
        }
    }
}

/// The day on which open conditions began, where the open prison rules apply: the category's for women, the arrival for
/// men. Handover rules 5.2.
#[must_use]
pub fn opened(
    open_rules: bool,
    womens_prison: bool,
    category_since: Option<NaiveDate>,
    arrived: Option<NaiveDate>,
) -> Option<NaiveDate> {
    let began = if womens_prison { category_since } else { arrived };
    began.filter(|_| open_rules)
}

/// Whether a man who arrived on that day at that prison comes under the open prison rules. One who arrived nobody knows
/// when does not.
fn arrival_opens(prison: &Prison, arrived: Option<NaiveDate>, welsh: bool) -> bool {
    let Some(arrived) = arrived else {
        return false;
    };
    let welsh_at_prescoed = prison.code == PRESCOED && welsh && arrived >= welsh_prescoed_rules_since();
    welsh_at_prescoed || prison.estate == Estate::MensOpen && arrived >= mens_open_rules_since()
}

/// The last arrival at the present prison, but never before the sentence began.
fn arrived(facts: &HandoverFacts<'_>) -> Option<NaiveDate> {
    let last = facts
        .arrivals
        .iter()
        .filter(|arrival| Some(arrival.at) == facts.prison)
        .map(|arrival| arrival.on)
        .max();
    last.max(facts.dates.sentence_start)
}
