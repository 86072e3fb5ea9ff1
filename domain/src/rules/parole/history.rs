//! A prisoner's reviews in order: the one at hand and those before it. Handover rules 9.2.

use super::review::ParoleReview;
use crate::{Moment, handover::RulesVersion};

/// How many reviews that are over the case's page shows.
const SHOWN_PREVIOUS: usize = 3;

/// The reviews that have a day, by day; on one day the later received is the later, then the one of the higher number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParoleHistory<'a>(Vec<ParoleReview<'a>>);

impl<'a> ParoleHistory<'a> {
    /// The history that these reviews, in any order, make.
    #[must_use]
    pub fn new(reviews: &[ParoleReview<'a>]) -> Self {
        let mut dated: Vec<_> = reviews
            .iter()
            .copied()
            .filter(|review| review.day().is_some())
            .collect();
        dated.sort_unstable_by_key(|review| (review.day(), review.rank()));
        Self(dated)
    }

    /// The review at hand: the first that is still to come or whose result arrived within a fortnight.
    #[must_use]
    pub fn current(&self, at: Moment, rules: RulesVersion) -> Option<ParoleReview<'a>> {
        self.0.iter().copied().find(|review| review.is_current(at, rules))
    }

    /// Those that are over, newest first.
    pub fn previous(&self, at: Moment, rules: RulesVersion) -> impl Iterator<Item = ParoleReview<'a>> {
        self.0
            .iter()
            .rev()
            .copied()
            .filter(move |review| !review.is_current(at, rules))
    }

    /// Those of them that the case's page shows.
    pub fn shown_previous(&self, at: Moment, rules: RulesVersion) -> impl Iterator<Item = ParoleReview<'a>> {
        self.previous(at, rules).take(SHOWN_PREVIOUS)
    }

    /// The last one, over or not.
    #[must_use]
    pub fn most_recent(&self) -> Option<ParoleReview<'a>> {
        self.0.last().copied()
    }

    /// The review that waits for the POM to enter when its result was received. Handover rules 9.4.
    #[must_use]
    pub fn lacking_received_date(&self) -> Option<ParoleReview<'a>> {
        self.most_recent().filter(ParoleReview::lacks_received_date)
    }
}
