//! The estate is the same for the same seed, and looks like one.

use std::{
    collections::{BTreeMap, HashSet},
    hash::{DefaultHasher, Hash, Hasher},
};

use domain::{LegalStatus, PomPosition, PomStatus, RoshLevel, Tier};

use super::*;

fn today() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 8, 3).unwrap()
}

fn fingerprint(population: &Population, years: u32) -> u64 {
    let mut hasher = DefaultHasher::new();
    for prisoner in population.prisoners() {
        let json = serde_json::to_string(&prisoner.facts).unwrap();
        (prisoner.noms, prisoner.prison, json).hash(&mut hasher);
        format!(
            "{:?}{:?}",
            prisoner.information,
            population.history(&prisoner, years)
        )
        .hash(&mut hasher);
    }
    for prison in population.prisons() {
        format!("{:?}{:?}", prison.poms(), prison.head()).hash(&mut hasher);
    }
    hasher.finish()
}

#[test]
fn the_same_seed_makes_the_same_estate_and_another_seed_another() {
    let estate = |seed| fingerprint(&Population::generate(seed, 12, 2_000, today()), 3);
    assert_eq!(estate(42), estate(42));
    assert_ne!(estate(42), estate(43));
}

#[test]
fn ninety_thousand_prisoners_in_all_prisons_have_ninety_thousand_numbers() {
    let population = Population::generate(1, 124, 90_000, today());
    assert_eq!(population.len(), 90_000);
    assert_eq!(population.prisons().len(), 124);
    let numbers: HashSet<_> = population.prisoners().map(|prisoner| prisoner.noms).collect();
    assert_eq!(numbers.len(), 90_000);
    assert!(
        population
            .prisons()
            .iter()
            .all(|prison| prison.places().len() > 100)
    );
    assert!(
        population
            .prisons()
            .iter()
            .all(|prison| (8..=25).contains(&prison.poms().len()))
    );
}

#[test]
fn legal_statuses_tiers_and_risks_are_spread_plausibly() {
    let population = Population::generate(5, 124, 20_000, today());
    let mut statuses = BTreeMap::new();
    let mut tiers = BTreeMap::new();
    let mut inside = 0;
    for prisoner in population.prisoners() {
        *statuses.entry(prisoner.facts.legal_status).or_insert(0) += 1;
        *tiers.entry(prisoner.information.tier).or_insert(0) += 1;
        inside += usize::from(prisoner.facts.is_inside_policy(today()));
        let womens = population.prison(prisoner.prison).unwrap().is_womens();
        assert!(womens || prisoner.complexity.is_none());
    }
    assert!(
        (11_800..13_800).contains(&statuses[&LegalStatus::Sentenced]),
        "{statuses:?}"
    );
    assert!(
        (2_200..3_000).contains(&statuses[&LegalStatus::Recall]),
        "{statuses:?}"
    );
    assert!(statuses.contains_key(&LegalStatus::ImmigrationDetainee));
    assert_eq!(tiers.len(), 8, "{tiers:?}");
    assert!(tiers[&Some(Tier::B)] > tiers[&Some(Tier::G)]);
    assert!((16_000..18_500).contains(&inside), "{inside}");
}

#[test]
fn dates_of_a_sentence_fit_together() {
    for prisoner in Population::generate(9, 124, 5_000, today()).prisoners() {
        let facts = &prisoner.facts;
        let start = facts.dates.sentence_start;
        assert_eq!(start.is_some(), facts.is_sentenced(), "{facts:?}");
        assert!(facts.arrived_on.is_some_and(|day| day <= today()));
        for end in [
            facts.dates.release,
            facts.dates.sentence_expiry,
            facts.dates.tariff,
        ] {
            assert!(end.is_none_or(|end| Some(end) >= start), "{facts:?}");
        }
        assert!(
            facts.dates.release <= facts.dates.sentence_expiry,
            "{:?}",
            facts.dates
        );
    }
}

#[test]
fn the_people_of_the_examples_are_always_there() {
    for (seed, prisons, prisoners) in [(1, 1, 1), (2, 3, 40), (3, 124, 90_000)] {
        let population = Population::generate(seed, prisons, prisoners, today());
        let example = population.prisoner("A1234BC".parse().unwrap()).unwrap();
        assert_eq!(example.prison.as_str(), "LEI");
        assert!(example.facts.is_inside_policy(today()));
        assert_eq!(example.facts.legal_status, LegalStatus::Sentenced);
        assert_eq!(example.information.tier, Some(Tier::A));
        assert_eq!(example.information.rosh, Some(RoshLevel::High));
        let history = population.history(&example, 3);
        assert!(!history.is_empty());
        assert!(
            !history
                .iter()
                .any(|past| matches!(past.change, PastChange::PrimaryAllocated { .. }))
        );

        let leeds = population.prison("LEI".parse().unwrap()).unwrap();
        let pom = leeds
            .poms()
            .iter()
            .find(|pom| pom.staff.staff_id.get() == 485_926)
            .unwrap();
        assert_eq!(
            (pom.position, pom.status),
            (PomPosition::Probation, PomStatus::Active)
        );
        assert_eq!((&*pom.staff.forename, &*pom.staff.surname), ("MOIC", "POM"));
        assert_eq!(leeds.head().username, "LEI_HOMD");
        assert_eq!(population.user("LEI_HOMD"), Some(leeds.head()));
    }
}

#[test]
fn staff_ids_and_user_names_are_nobody_elses() {
    let population = Population::generate(1, 124, 90_000, today());
    let staff: Vec<_> = population
        .prisons()
        .iter()
        .flat_map(|prison| prison.poms().iter().map(|pom| &pom.staff).chain([prison.head()]))
        .collect();
    assert_eq!(
        staff
            .iter()
            .map(|member| member.staff_id)
            .collect::<HashSet<_>>()
            .len(),
        staff.len()
    );
    assert_eq!(
        staff
            .iter()
            .map(|member| &member.username)
            .collect::<HashSet<_>>()
            .len(),
        staff.len()
    );
}

#[test]
fn a_life_is_told_in_order_and_makes_sense() {
    let population = Population::generate(11, 124, 4_000, today());
    let end = today().and_hms_opt(0, 0, 0).unwrap().and_utc();
    let mut kinds = HashSet::new();
    for prisoner in population.prisoners() {
        let history = population.history(&prisoner, 3);
        assert!(
            history.is_sorted_by(|a, b| a.occurred_at < b.occurred_at),
            "{history:?}"
        );
        assert!(history.iter().all(|past| past.occurred_at < end));
        let mut at = None;
        let mut primary = None;
        for past in &history {
            kinds.insert(std::mem::discriminant(&past.change));
            match &past.change {
                PastChange::Observed(facts) => at = facts.prison,
                PastChange::PrimaryAllocated { staff_id, .. } => {
                    assert_eq!(at, Some(past.prison));
                    assert_ne!(primary.replace(*staff_id), Some(*staff_id));
                }
                PastChange::CoworkingAllocated { staff_id } => {
                    assert!(primary.is_some_and(|primary| primary != *staff_id));
                }
                PastChange::TransferredOut { .. } | PastChange::Released => {
                    assert_eq!(at.take(), Some(past.prison));
                    primary = None;
                }
                _ => assert!(at.is_some()),
            }
        }
        let last = history.iter().rev().find_map(|past| match &past.change {
            PastChange::Observed(facts) => Some(facts),
            _ => None,
        });
        assert!(last.is_none_or(|facts| **facts == prisoner.facts));
    }
    assert_eq!(kinds.len(), 8, "every kind of change occurs");
}
