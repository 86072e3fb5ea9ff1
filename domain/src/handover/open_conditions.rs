//! Whether someone is in open conditions, since when, and whether that brings the handover forward. Handover rules 4.7.

use chrono::NaiveDate;

use super::HandoverFacts;
use crate::reference::{Estate, Prison, mens_open_rules_since, welsh_prescoed_rules_since};

/// Prescoed, the open prison of Wales.
const PRESCOED: &str = "UPI";

/// Where someone is, as far as it matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Conditions {
    /// In a prison for women.
    pub womens_prison: bool,
    /// In open conditions: at an open prison for men, or in the open category at a prison for women.
    pub open: bool,
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
        Self {
            womens_prison,
            open: mens_open || womens_open,
            arrived,
            open_rules,
            opened: opened(
                womens_prison,
                facts.category.and_then(|category| category.active_since),
                arrived,
            )
            .filter(|_| open_rules),
        }
    }
}

/// Since when open conditions count.
pub(super) fn opened(
    womens_prison: bool,
    category_since: Option<NaiveDate>,
    arrived: Option<NaiveDate>,
) -> Option<NaiveDate> {
    if womens_prison { category_since } else { arrived }
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
