//! A plausible life of one prisoner's allocations, told in the order in which it happened.

use chrono::{DateTime, NaiveDate, Utc};
use domain::{
    Complexity, PomStatus, PrisonCode, StaffId, Tier,
    case::{CaseInformation, InformationSource},
    policy::{CaseFacts, OverrideForm, OverrideReason, Strategy, recommend},
    prisoner::PrisonerFacts,
};

use super::{
    Population, PrisonStaff, SimulatedPrisoner,
    calendar::{later, moment, working_moment},
    stays::{Leaving, Stay},
};
use crate::dice::Dice;

/// When people leave, arrive and are written up, in minutes after midnight: always in this order.
const LEAVING: u32 = 8 * 60;
const ARRIVING: u32 = 14 * 60;
const INFORMED: u32 = 14 * 60 + 30;
const ASSESSED: u32 = 15 * 60;

/// One thing that happened to a prisoner.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PastCommand {
    /// When it took effect, UTC.
    pub occurred_at: DateTime<Utc>,
    /// The prison in whose context; its head of offender management is who allocated.
    pub prison: PrisonCode,
    /// What.
    pub change: PastChange,
}

/// What can have happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PastChange {
    /// Prisoner-search said this from then on.
    Observed(Box<PrisonerFacts>),
    /// Pieces of case information became known.
    InformationRecorded {
        /// What.
        information: CaseInformation,
        /// From where.
        source: InformationSource,
    },
    /// The complexity of need was assessed.
    ComplexityAssessed(Complexity),
    /// Somebody was made the primary POM: an allocation, or a reallocation.
    PrimaryAllocated {
        /// Who.
        staff_id: StaffId,
        /// What to say should the choice depart from the recommendation.
        override_form: OverrideForm,
    },
    /// A co-working POM joined, or took another one's place.
    CoworkingAllocated {
        /// Who.
        staff_id: StaffId,
    },
    /// The co-working POM left the case.
    CoworkingDeallocated,
    /// The prisoner left for another prison.
    TransferredOut {
        /// Which.
        to: PrisonCode,
    },
    /// The prisoner was released.
    Released,
}

impl Population {
    /// What happened to a prisoner over the last so many years, strictly in the order of time, ending before today.
    /// The last observation is what prisoner-search says today. Cases are only ever given to POMs who are active or
    /// unavailable today: whoever sends this onboards every POM as active first and sets statuses afterwards.
    #[must_use]
    pub fn history(&self, prisoner: &SimulatedPrisoner, years: u32) -> Vec<PastCommand> {
        let mut dice = Dice::new(self.seed, "history", prisoner.place);
        let stays = self.stays(prisoner, years, &mut dice);
        let mut told = Told {
            past: Vec::new(),
            dice,
            population: self,
            prisoner,
            informed: false,
        };
        for stay in &stays {
            told.stay(stay);
        }
        told.past
    }
}

/// The story so far.
struct Told<'a> {
    past: Vec<PastCommand>,
    dice: Dice,
    population: &'a Population,
    prisoner: &'a SimulatedPrisoner,
    /// Case information was recorded, and no release has closed it since.
    informed: bool,
}

impl Told<'_> {
    fn stay(&mut self, stay: &Stay) {
        let until = stay.left.map_or(self.population.today, |(day, _)| day);
        if stay.from >= self.population.today {
            return;
        }
        let observed = PastChange::Observed(Box::new(stay.facts.clone()));
        self.tell(moment(stay.from, ARRIVING), stay.prison, observed);
        if stay.facts.legal_status.in_remit() {
            if !self.informed {
                self.information(stay);
            }
            self.allocations(stay, until);
        }
        if let Some((day, leaving)) = stay.left {
            let change = match leaving {
                Leaving::Released => {
                    self.informed = false;
                    PastChange::Released
                }
                Leaving::For(to) => PastChange::TransferredOut { to },
            };
            self.tell(moment(day, LEAVING), stay.prison, change);
        }
    }

    fn information(&mut self, stay: &Stay) {
        self.informed = true;
        let information = self.prisoner.information;
        if information != CaseInformation::default() {
            let source = self.prisoner.source;
            let change = PastChange::InformationRecorded { information, source };
            self.tell(moment(stay.from, INFORMED), stay.prison, change);
        }
        if let Some(level) = self.prisoner.complexity {
            let change = PastChange::ComplexityAssessed(level);
            self.tell(moment(stay.from, ASSESSED), stay.prison, change);
        }
    }

    fn allocations(&mut self, stay: &Stay, until: NaiveDate) {
        let Some(staff) = self.population.prison(stay.prison) else {
            return;
        };
        let is_present = stay.left.is_none();
        if !self.prisoner.is_complete(staff.is_womens()) || (is_present && self.prisoner.awaiting_allocation)
        {
            return;
        }
        let mut day = later(
            stay.from.max(stay.facts.adult_on().unwrap_or_default()),
            self.dice.between(1, 10),
        );
        let mut team = Team::default();
        while day < until && stay.facts.is_inside_policy(day) {
            if let Some(change) = self.next_change(staff, &stay.facts, &mut team) {
                let at = working_moment(day, &mut self.dice);
                self.tell(at, stay.prison, change);
            }
            day = later(day, self.dice.between(60, 400));
        }
    }

    fn next_change(
        &mut self,
        staff: &PrisonStaff,
        facts: &PrisonerFacts,
        team: &mut Team,
    ) -> Option<PastChange> {
        let primary_changes = team.primary.is_none() || self.dice.chance(550);
        if primary_changes {
            let staff_id = self.somebody(staff, facts, *team)?;
            team.primary = Some(staff_id);
            return Some(PastChange::PrimaryAllocated {
                staff_id,
                override_form: self.override_form(),
            });
        }
        if team.coworking.take().is_some() {
            return Some(PastChange::CoworkingDeallocated);
        }
        if !self.dice.chance(300) {
            return None;
        }
        team.coworking = Some(self.somebody(staff, facts, *team)?);
        team.coworking
            .map(|staff_id| PastChange::CoworkingAllocated { staff_id })
    }

    /// A POM not yet on the case, mostly of the type that a policy would recommend.
    fn somebody(&mut self, staff: &PrisonStaff, facts: &PrisonerFacts, team: Team) -> Option<StaffId> {
        let (recommended, _) = recommend(
            Strategy::Tier,
            CaseFacts {
                immigration_case: facts.is_immigration_case(),
                pom_responsible: true,
                tier: self.prisoner.information.tier,
                rosh: self.prisoner.information.rosh,
            },
        );
        let follow = self.dice.chance(850);
        let free: Vec<_> = staff
            .poms()
            .iter()
            .filter(|pom| matches!(pom.status, PomStatus::Active | PomStatus::Unavailable))
            .filter(|pom| !team.has(pom.staff.staff_id))
            .filter(|pom| !follow || recommended.position() == Some(pom.position))
            .map(|pom| pom.staff.staff_id)
            .collect();
        let place = self.dice.choose(u32::try_from(free.len()).ok()?)?;
        free.get(place).copied()
    }

    fn override_form(&mut self) -> OverrideForm {
        let reason = self.dice.weighted(
            &[
                (OverrideReason::NoStaff, 45),
                (OverrideReason::Continuity, 35),
                (OverrideReason::Suitability, 15),
                (OverrideReason::Other, 5),
            ],
            OverrideReason::NoStaff,
        );
        let high_tier = self.prisoner.information.tier == Some(Tier::A);
        let explanation = if high_tier {
            "Complex case, discussed with the POM"
        } else {
            "Agreed with the team"
        };
        OverrideForm {
            reasons: vec![reason],
            suitability_detail: (reason == OverrideReason::Suitability).then(|| explanation.to_owned()),
            other_detail: (reason == OverrideReason::Other).then(|| explanation.to_owned()),
        }
    }

    fn tell(&mut self, occurred_at: DateTime<Utc>, prison: PrisonCode, change: PastChange) {
        self.past.push(PastCommand {
            occurred_at,
            prison,
            change,
        });
    }
}

/// Who is on the case.
#[derive(Debug, Clone, Copy, Default)]
struct Team {
    primary: Option<StaffId>,
    coworking: Option<StaffId>,
}

impl Team {
    fn has(self, staff_id: StaffId) -> bool {
        self.primary == Some(staff_id) || self.coworking == Some(staff_id)
    }
}
