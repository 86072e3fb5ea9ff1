//! Where a case's parole is shown: on the lists of cases that approach it, and on the case's page. Handover rules 9.3.

use super::{
    approaching::{NextParole, ParoleDates},
    review::ParoleReview,
};
use crate::handover::PomOfCase;

impl NextParole {
    /// On the prison's list: a case that approaches parole and has an active allocation at the prison.
    #[must_use]
    pub const fn is_on_prison_list(next: Option<Self>, allocated_here: bool) -> bool {
        next.is_some() && allocated_here
    }

    /// On a POM's list: a case of theirs, primary or co-working, that approaches parole.
    #[must_use]
    pub const fn is_on_pom_list(next: Option<Self>, pom: PomOfCase) -> bool {
        next.is_some() && matches!(pom, PomOfCase::Primary | PomOfCase::Coworking)
    }
}

impl ParoleDates {
    /// The case's page has a panel on parole: there is a tariff or an eligibility date, however long past, or a review at
    /// hand.
    #[must_use]
    pub const fn has_panel(&self, current: Option<&ParoleReview<'_>>) -> bool {
        self.tariff.is_some() || self.parole_eligibility.is_some() || current.is_some()
    }
}
