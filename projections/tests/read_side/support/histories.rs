//! Random histories: any order of events, because a fold has to take whatever the log holds.

use chrono::Months;
use domain::{
    Complexity, NomsNumber, PomPosition, PomStatus, RoshLevel, Tier,
    allocation::{AllocationEvent, RemovalReason},
    case::CaseEvent,
    pom::PomEvent,
    prisoner::PrisonerEvent,
};
use rand::{RngExt, SeedableRng, rngs::StdRng, seq::IndexedRandom};

use super::{
    events::{
        Happening, allocated, allocation, case, choice, complexity, day, ended, facts, informed, joined,
        noon, observed, onboarded, pom, primary_removed, prisoner, reallocated, snapshot, staff, status,
    },
    noms,
};

const PRISONS: [&str; 3] = ["LEI", "MDI", "BZI"];
const DATES: [&str; 6] = [
    "2026-01-05",
    "2026-02-01",
    "2026-03-01",
    "2026-06-30",
    "2026-07-01",
    "2027-01-01",
];
const NAMES: [&str; 6] = ["SMITH", "Jones", "de Souza", "O'Neil", "Ångström", "Smith"];

/// An endless history about so many prisoners and twelve POMs.
pub(crate) struct History {
    dice: StdRng,
    prisoners: usize,
}

impl History {
    pub(crate) fn new(seed: u64, prisoners: usize) -> Self {
        Self {
            dice: StdRng::seed_from_u64(seed),
            prisoners,
        }
    }

    fn any<T: Copy>(&mut self, of: &[T]) -> T {
        *of.choose(&mut self.dice).unwrap()
    }

    fn prisoner(&mut self) -> NomsNumber {
        noms(self.dice.random_range(0..self.prisoners))
    }

    fn staff(&mut self) -> i64 {
        self.dice.random_range(101..105)
    }

    fn chance(&mut self) -> bool {
        self.dice.random_bool(0.5)
    }

    fn observation(&mut self) -> Happening {
        let mut facts = facts(self.any(&PRISONS), self.any(&NAMES), self.any(&NAMES));
        let adult_on = day(self.any(&DATES));
        facts.date_of_birth = adult_on.checked_sub_months(Months::new(18 * 12)).unwrap().into();
        facts.dates.release = self.chance().then_some(adult_on);
        facts.dates.conditional_release = self.chance().then(|| day(DATES[1]));
        facts.dates.automatic_release = self.chance().then(|| day(DATES[3]));
        facts.dates.licence_expiry = self.chance().then(|| day(DATES[5]));
        facts.location = self
            .chance()
            .then(|| format!("b-{}-\\t", self.any(&[1, 2, 3])).into());
        facts.arrived_on = self.chance().then(|| day(DATES[0]));
        let noms = self.prisoner();
        observed(noms, facts)
    }

    fn change_of_pom(&mut self) -> Happening {
        let (noms, id, at) = (self.prisoner(), self.staff(), noon(self.any(&DATES)));
        let code = self.any(&PRISONS);
        match self.dice.random_range(0..9) {
            0 | 1 => allocated(noms, code, id, at),
            2 => reallocated(noms, code, id, 101, at),
            3 => joined(noms, id, at),
            4 => primary_removed(noms, id, at),
            5 => {
                let event = AllocationEvent::AllocationEndedByTransfer {
                    ended: ended(Some(id), None, code, at),
                    to_prison: None,
                };
                // Allocated while active elsewhere: one command, two changes, one message.
                allocation(
                    noms,
                    at,
                    &[event, AllocationEvent::PrimaryPomAllocated(choice(code, id, at))],
                )
            }
            6 => allocation(
                noms,
                at,
                &[AllocationEvent::AllocationEndedByRelease(ended(
                    None,
                    Some(id),
                    code,
                    at,
                ))],
            ),
            7 => {
                let pom = snapshot(id);
                let event = AllocationEvent::CoworkingPomReplaced {
                    pom,
                    previous: staff(101),
                    allocated_at: at,
                    note: None,
                };
                allocation(noms, at, &[event])
            }
            _ => {
                let reason = RemovalReason::User;
                let event = AllocationEvent::CoworkingPomDeallocated {
                    staff_id: staff(id),
                    prison: None,
                    reason,
                    note: None,
                };
                allocation(noms, at, &[event])
            }
        }
    }

    fn information(&mut self) -> Happening {
        let noms = self.prisoner();
        match self.dice.random_range(0..5) {
            0 => case(noms, CaseEvent::CaseInformationClosed),
            1 => complexity(noms, self.any(Complexity::ALL)),
            2 => informed(noms, Some(self.any(Tier::ALL)), None),
            _ => informed(noms, Some(self.any(Tier::ALL)), Some(self.any(RoshLevel::ALL))),
        }
    }

    fn departure(&mut self) -> Happening {
        let (noms, at) = (self.prisoner(), noon(self.any(&DATES)));
        let from_prison = crate::support::events::prison(self.any(&PRISONS));
        let event = if self.chance() {
            PrisonerEvent::PrisonerReleased {
                from_prison,
                left_at: at,
            }
        } else {
            PrisonerEvent::PrisonerTransferredOut {
                from_prison,
                left_at: at,
            }
        };
        prisoner(noms, at, &event)
    }

    fn profile(&mut self) -> Happening {
        let (code, id) = (self.any(&PRISONS), self.staff());
        match self.dice.random_range(0..4) {
            0 => status(code, id, self.any(PomStatus::ALL)),
            1 => pom(code, id, &PomEvent::PomRemoved),
            _ => onboarded(code, id, self.any(PomPosition::ALL)),
        }
    }
}

impl Iterator for History {
    type Item = Happening;

    fn next(&mut self) -> Option<Happening> {
        Some(match self.dice.random_range(0..20) {
            0..8 => self.change_of_pom(),
            8..13 => self.observation(),
            13..17 => self.information(),
            17 => self.departure(),
            _ => self.profile(),
        })
    }
}
