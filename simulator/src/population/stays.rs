//! Where a prisoner was before, and how they left.

use chrono::NaiveDate;
use domain::{LegalStatus, PrisonCode, prisoner::PrisonerFacts};

use super::{
    Population, SimulatedPrisoner,
    calendar::{days_between, earlier},
    prisoner::{before_release, cell},
};
use crate::dice::Dice;

/// Shorter stays than this are not told, in days.
const SHORTEST_STAY: u32 = 30;

/// How a stay ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Leaving {
    /// Released.
    Released,
    /// Transferred to another prison.
    For(PrisonCode),
}

/// Time at one prison.
#[derive(Debug, Clone)]
pub(super) struct Stay {
    pub(super) prison: PrisonCode,
    pub(super) from: NaiveDate,
    /// The day of leaving; absent for the present stay.
    pub(super) left: Option<(NaiveDate, Leaving)>,
    /// What prisoner-search said during the stay.
    pub(super) facts: PrisonerFacts,
}

impl Population {
    /// The stays of the last so many years, oldest first, the present one last.
    pub(super) fn stays(&self, prisoner: &SimulatedPrisoner, years: u32, dice: &mut Dice) -> Vec<Stay> {
        let told_from = earlier(self.today, years.saturating_mul(365));
        let arrived = prisoner.facts.arrived_on.unwrap_or(self.today).max(told_from);
        let present = Stay {
            prison: prisoner.prison,
            from: arrived,
            left: None,
            facts: prisoner.facts.clone(),
        };
        let mut stays = vec![present];
        let began = prisoner
            .facts
            .dates
            .sentence_start
            .unwrap_or(arrived)
            .max(told_from);
        if prisoner.place == 0 || !prisoner.facts.legal_status.in_remit() {
            return stays;
        }
        let wanted = dice.weighted(&[(0, 50), (1, 30), (2, 14), (3, 6)], 0);
        let span = days_between(began, arrived)
            .checked_div(wanted)
            .unwrap_or_default();
        for earlier_stay in 0..wanted {
            let next = stays.last().cloned();
            let Some(stay) = next.filter(|_| span >= SHORTEST_STAY).and_then(|next| {
                let from = earlier(next.from, span);
                self.stay_before(prisoner, &next, (from, earlier_stay == 0), dice)
            }) else {
                break;
            };
            stays.push(stay);
        }
        stays.reverse();
        stays
    }

    /// A stay that began on a day and ended with the next one's beginning.
    fn stay_before(
        &self,
        prisoner: &SimulatedPrisoner,
        next: &Stay,
        (from, is_last): (NaiveDate, bool),
        dice: &mut Dice,
    ) -> Option<Stay> {
        let released = dice.chance(match prisoner.facts.legal_status {
            LegalStatus::Recall if is_last => 800,
            LegalStatus::Sentenced => 60,
            _ => 0,
        });
        let left_on = if released {
            earlier(
                next.from,
                dice.between(14, 14_u32.saturating_add(days_between(from, next.from) / 2)),
            )
        } else {
            next.from
        };
        if days_between(from, left_on) == 0 {
            return None;
        }
        let prison = self.other_prison(next.prison, dice)?;
        let mut facts = if released {
            before_release(&prisoner.facts, from, left_on)
        } else {
            next.facts.clone()
        };
        facts.prison = Some(prison);
        facts.arrived_on = Some(from);
        facts.restricted_patient = false;
        facts.location = Some(cell(dice).into());
        let leaving = if released {
            Leaving::Released
        } else {
            Leaving::For(next.prison)
        };
        Some(Stay {
            prison,
            from,
            left: Some((left_on, leaving)),
            facts,
        })
    }

    /// Another prison for the same sex; none when there is no other.
    fn other_prison(&self, than: PrisonCode, dice: &mut Dice) -> Option<PrisonCode> {
        let womens = self.prison(than)?.is_womens();
        let others: Vec<_> = self
            .prisons()
            .iter()
            .filter(|prison| prison.is_womens() == womens && prison.code() != than)
            .map(super::PrisonStaff::code)
            .collect();
        let place = dice.choose(u32::try_from(others.len()).ok()?)?;
        others.get(place).copied()
    }
}
