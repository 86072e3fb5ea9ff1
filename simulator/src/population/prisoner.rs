//! One invented prisoner, made anew whenever asked for from the seed and their place in the population.

use chrono::NaiveDate;
use domain::{
    Complexity, LegalStatus, NomsNumber, Personal, PrisonCode, RoshLevel, Tier,
    case::{CaseInformation, InformationSource},
    prisoner::{PrisonerFacts, SentenceDates},
};

use super::{
    calendar::{days_between, earlier},
    names,
    sentence::{Holding, holding, sentence_of},
};
use crate::dice::Dice;

/// A prisoner as they are today.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SimulatedPrisoner {
    /// Who.
    pub noms: NomsNumber,
    /// Their place in the population, from 0.
    pub place: usize,
    /// Where they are counted.
    pub prison: PrisonCode,
    /// What prisoner-search says of them.
    pub facts: PrisonerFacts,
    /// What is known of their case; pieces are missing for a few.
    pub information: CaseInformation,
    /// Where that is known from.
    pub source: InformationSource,
    /// Complexity of need; women's estate only, and missing for a few.
    pub complexity: Option<Complexity>,
    /// Whether nobody was chosen as their POM during the present stay.
    pub awaiting_allocation: bool,
}

impl SimulatedPrisoner {
    /// Whether everything is known that any policy wants known before a first allocation.
    #[must_use]
    pub fn is_complete(&self, womens: bool) -> bool {
        let known = self.information.tier.is_some() && self.information.rosh.is_some();
        known && (self.complexity.is_some() || !womens)
    }
}

/// Where and when a prisoner is made.
pub(super) struct Setting {
    pub(super) seed: u64,
    pub(super) today: NaiveDate,
    pub(super) prison: PrisonCode,
    pub(super) womens: bool,
}

pub(super) fn prisoner(setting: &Setting, place: usize, noms: NomsNumber) -> SimulatedPrisoner {
    if place == 0 {
        return first_prisoner(setting, noms);
    }
    let mut dice = Dice::new(setting.seed, "prisoner", place);
    let name = (
        names::forename(&mut dice, setting.womens),
        names::surname(&mut dice),
    );
    let held = holding(&mut dice, setting.today);
    let born = birthday(&mut dice, setting.today, held.since);
    let held_for = days_between(held.since, setting.today);
    // The nearer of two throws: people move on, so most arrived lately.
    let longest = held_for.clamp(1, 900);
    let ago = dice.between(1, longest).min(dice.between(1, longest));
    let mut facts = facts(setting, name, born, &held);
    facts.arrived_on = Some(earlier(setting.today, ago));
    facts.restricted_patient = dice.chance(2);
    let location = if facts.restricted_patient {
        "Rampton Hospital".to_owned()
    } else {
        cell(&mut dice)
    };
    facts.location = Some(location.into());
    SimulatedPrisoner {
        noms,
        place,
        prison: setting.prison,
        facts,
        information: information(&mut dice),
        source: if dice.chance(850) {
            InformationSource::Delius
        } else {
            InformationSource::Manual
        },
        complexity: (setting.womens && dice.chance(970)).then(|| complexity(&mut dice)),
        awaiting_allocation: dice.chance(50),
    }
}

/// A1234BC, whom examples and tests allocate.
fn first_prisoner(setting: &Setting, noms: NomsNumber) -> SimulatedPrisoner {
    let held = sentence_of(2_400, 200, setting.today);
    let born = NaiveDate::from_ymd_opt(1985, 3, 14).unwrap_or_default();
    let mut facts = facts(setting, ("SAM", "EXAMPLE"), born, &held);
    facts.arrived_on = Some(earlier(setting.today, 12));
    facts.location = Some("A-1-001".to_owned().into());
    SimulatedPrisoner {
        noms,
        place: 0,
        prison: setting.prison,
        facts,
        information: CaseInformation {
            tier: Some(Tier::A),
            rosh: Some(RoshLevel::High),
            enhanced_resourcing: Some(true),
            mappa_level: Some(2),
        },
        source: InformationSource::Delius,
        complexity: setting.womens.then_some(Complexity::Medium),
        awaiting_allocation: true,
    }
}

fn facts(
    setting: &Setting,
    (forename, surname): (&str, &str),
    born: NaiveDate,
    held: &Holding,
) -> PrisonerFacts {
    PrisonerFacts {
        first_name: Personal::Known(forename.to_owned()),
        last_name: Personal::Known(surname.to_owned()),
        date_of_birth: Personal::Known(born),
        prison: Some(setting.prison),
        arrived_on: None,
        location: None,
        restricted_patient: false,
        legal_status: held.legal_status,
        imprisonment_status: held.imprisonment_status.map(str::to_owned),
        indeterminate: held.indeterminate,
        recall: held.recall,
        dates: held.dates,
    }
}

/// Adults when their sentence began, but for a few who were sent to a young offender institution before.
fn birthday(dice: &mut Dice, today: NaiveDate, since: NaiveDate) -> NaiveDate {
    if dice.chance(3) {
        return earlier(today, dice.between(15 * 365, 17 * 365));
    }
    let (youngest, oldest): (u32, u32) = dice.weighted(
        &[
            ((18, 20), 40),
            ((21, 29), 280),
            ((30, 39), 320),
            ((40, 49), 190),
            ((50, 59), 110),
            ((60, 82), 60),
        ],
        (30, 39),
    );
    let days = dice.between(youngest.saturating_mul(365), oldest.saturating_mul(365));
    // Five leap days in eighteen years at the most.
    let grown_at_start = earlier(since, 18 * 365 + 5);
    earlier(today, days).min(grown_at_start)
}

pub(super) fn cell(dice: &mut Dice) -> String {
    let wing = dice.pick(&["A", "B", "C", "D", "E", "F", "G", "H"]);
    format!("{wing}-{}-{:03}", dice.between(1, 4), dice.between(1, 60))
}

fn information(dice: &mut Dice) -> CaseInformation {
    let tier = dice.weighted(
        &[
            (Tier::A, 140),
            (Tier::B, 330),
            (Tier::C, 280),
            (Tier::D, 150),
            (Tier::E, 50),
            (Tier::F, 30),
            (Tier::G, 20),
        ],
        Tier::B,
    );
    let rosh = dice.weighted(
        &[
            (RoshLevel::Low, 150),
            (RoshLevel::Medium, 450),
            (RoshLevel::High, 340),
            (RoshLevel::VeryHigh, 60),
        ],
        RoshLevel::Medium,
    );
    let mappa = dice.weighted(&[(0, 500), (1, 380), (2, 100), (3, 20)], 0);
    CaseInformation {
        tier: dice.chance(970).then_some(tier),
        rosh: dice.chance(980).then_some(rosh),
        enhanced_resourcing: dice.chance(900).then(|| dice.chance(550)),
        mappa_level: dice.chance(600).then_some(mappa),
    }
}

fn complexity(dice: &mut Dice) -> Complexity {
    dice.weighted(
        &[
            (Complexity::Low, 350),
            (Complexity::Medium, 450),
            (Complexity::High, 200),
        ],
        Complexity::Medium,
    )
}

/// The same person before they were last released: serving the sentence that ended then.
pub(super) fn before_release(
    facts: &PrisonerFacts,
    arrived: NaiveDate,
    released: NaiveDate,
) -> PrisonerFacts {
    let mut past = facts.clone();
    past.legal_status = LegalStatus::Sentenced;
    past.imprisonment_status = Some("ADIMP_ORA20".to_owned());
    past.recall = false;
    past.indeterminate = false;
    past.dates = SentenceDates {
        sentence_start: Some(
            facts
                .dates
                .sentence_start
                .map_or(arrived, |start| start.min(arrived)),
        ),
        release: Some(released),
        conditional_release: Some(released),
        sentence_expiry: facts.dates.sentence_expiry,
        licence_expiry: facts.dates.licence_expiry,
        ..Default::default()
    };
    past
}
