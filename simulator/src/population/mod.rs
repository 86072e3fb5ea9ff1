//! An invented estate: prisons, prisoners, POMs and the heads who allocate. The same seed makes the same estate.

mod calendar;
mod history;
mod names;
mod numbers;
mod prisoner;
mod sentence;
mod staff;
mod stays;

#[cfg(test)]
mod tests;

use std::{collections::HashMap, ops::Range};

use chrono::NaiveDate;
use domain::{Estate, NomsNumber, Prison, PrisonCode, StaffId};

pub use history::{PastChange, PastCommand};
pub use prisoner::SimulatedPrisoner;
pub use staff::{SimulatedPom, StaffMember};

use crate::dice::Dice;

/// The estate. Staff are kept; prisoners are made when asked for, so that 90,000 of them take no room.
#[derive(Debug)]
pub struct Population {
    seed: u64,
    today: NaiveDate,
    prisons: Vec<PrisonStaff>,
    by_code: HashMap<PrisonCode, usize>,
    by_staff_id: HashMap<StaffId, StaffMember>,
    ids_by_username: HashMap<String, StaffId>,
}

/// A prison with who works there and which places of the population are held there.
#[derive(Debug)]
pub struct PrisonStaff {
    prison: &'static Prison,
    code: PrisonCode,
    places: Range<usize>,
    poms: Vec<SimulatedPom>,
    head: StaffMember,
}

impl PrisonStaff {
    /// The prison's code.
    #[must_use]
    pub fn code(&self) -> PrisonCode {
        self.code
    }

    /// Whether women are held here.
    #[must_use]
    pub fn is_womens(&self) -> bool {
        self.prison.is_womens()
    }

    /// Its POMs.
    #[must_use]
    pub fn poms(&self) -> &[SimulatedPom] {
        &self.poms
    }

    /// Its head of offender management, who allocates; user name such as `LEI_HOMD`.
    #[must_use]
    pub fn head(&self) -> &StaffMember {
        &self.head
    }

    /// The places of its prisoners in the population.
    #[must_use]
    pub fn places(&self) -> Range<usize> {
        self.places.clone()
    }
}

impl Population {
    /// An estate of so many prisons (1 to all that there are; Leeds first) and prisoners (at least one), as of a
    /// London calendar date.
    #[must_use]
    pub fn generate(seed: u64, prisons: usize, prisoners: usize, today: NaiveDate) -> Self {
        let chosen = chosen_prisons(prisons);
        let shares = shares(seed, &chosen, prisoners.max(1));
        let prisons: Vec<_> = chosen
            .into_iter()
            .zip(shares)
            .filter_map(|((rank, code, prison), places)| {
                let poms = staff::poms(seed, rank, code, places.len());
                let head = staff::head(seed, rank, code)?;
                Some(PrisonStaff {
                    prison,
                    code,
                    places,
                    poms,
                    head,
                })
            })
            .collect();
        let members = || {
            prisons
                .iter()
                .flat_map(|p| p.poms.iter().map(|pom| &pom.staff).chain([&p.head]))
        };
        let by_staff_id: HashMap<_, _> = members()
            .map(|member| (member.staff_id, member.clone()))
            .collect();
        let ids_by_username = members()
            .map(|member| (member.username.clone(), member.staff_id))
            .collect();
        let by_code = prisons
            .iter()
            .enumerate()
            .map(|(place, p)| (p.code, place))
            .collect();
        Self {
            seed,
            today,
            prisons,
            by_code,
            by_staff_id,
            ids_by_username,
        }
    }

    /// How many prisoners there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.prisons.last().map_or(0, |prison| prison.places.end)
    }

    /// Whether there is nobody; never so.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The day as of which everything is told.
    #[must_use]
    pub fn today(&self) -> NaiveDate {
        self.today
    }

    /// The prisons, Leeds first.
    #[must_use]
    pub fn prisons(&self) -> &[PrisonStaff] {
        &self.prisons
    }

    /// The prison of that code, if it is in this estate.
    #[must_use]
    pub fn prison(&self, code: PrisonCode) -> Option<&PrisonStaff> {
        self.prisons.get(*self.by_code.get(&code)?)
    }

    /// Every prisoner, prison by prison.
    pub fn prisoners(&self) -> impl Iterator<Item = SimulatedPrisoner> + '_ {
        (0..self.len()).filter_map(|place| self.prisoner_at(place))
    }

    /// The prisoner at a place of the population.
    #[must_use]
    pub fn prisoner_at(&self, place: usize) -> Option<SimulatedPrisoner> {
        let held_at = self.prisons.partition_point(|prison| prison.places.end <= place);
        let prison = self.prisons.get(held_at)?;
        let setting = prisoner::Setting {
            seed: self.seed,
            today: self.today,
            prison: prison.code,
            womens: prison.is_womens(),
        };
        Some(prisoner::prisoner(&setting, place, numbers::number_at(place)?))
    }

    /// The prisoner of that number.
    #[must_use]
    pub fn prisoner(&self, noms: NomsNumber) -> Option<SimulatedPrisoner> {
        self.prisoner_at(numbers::place_of(noms)?)
    }

    /// The member of staff of that number.
    #[must_use]
    pub fn staff(&self, staff_id: StaffId) -> Option<&StaffMember> {
        self.by_staff_id.get(&staff_id)
    }

    /// The member of staff with that user name.
    #[must_use]
    pub fn user(&self, username: &str) -> Option<&StaffMember> {
        self.staff(*self.ids_by_username.get(username)?)
    }
}

/// Leeds and then the others by code, each with its place in the list of all prisons.
fn chosen_prisons(wanted: usize) -> Vec<(usize, PrisonCode, &'static Prison)> {
    let mut all: Vec<_> = domain::prisons()
        .iter()
        .enumerate()
        .filter_map(|(rank, prison)| Some((rank, prison.code.parse().ok()?, prison)))
        .collect();
    all.sort_by_key(|(rank, _, prison)| (prison.code != "LEI", *rank));
    all.truncate(wanted.max(1));
    all
}

/// The places of each prison: large closed prisons, smaller open and women's ones.
fn shares(
    seed: u64,
    prisons: &[(usize, PrisonCode, &'static Prison)],
    prisoners: usize,
) -> Vec<Range<usize>> {
    let weights: Vec<u64> = prisons
        .iter()
        .map(|(rank, _, prison)| {
            let mut dice = Dice::new(seed, "capacity", *rank);
            u64::from(match prison.estate {
                Estate::Womens => dice.between(26, 42),
                Estate::MensOpen => dice.between(40, 60),
                Estate::MensClosed => dice.between(60, 140),
            })
        })
        .collect();
    let whole: u64 = weights.iter().sum();
    let total = u64::try_from(prisoners).unwrap_or(u64::MAX);
    let mut running = 0_u64;
    let mut start = 0;
    weights
        .into_iter()
        .enumerate()
        .map(|(place, weight)| {
            running = running.saturating_add(weight);
            let end = total.saturating_mul(running).checked_div(whole).unwrap_or(total);
            // The example prisoner must have a prison even in the smallest estate.
            let end = usize::try_from(end)
                .unwrap_or(prisoners)
                .max(usize::from(place == 0));
            std::mem::replace(&mut start, end)..end
        })
        .collect()
}
