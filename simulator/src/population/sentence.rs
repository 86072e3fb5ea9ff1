//! Why a prisoner is held and until when, with dates that fit together.

use chrono::NaiveDate;
use domain::{LegalStatus, prisoner::SentenceDates};

use super::calendar::{earlier, later};
use crate::dice::Dice;

/// A sentence, or what else holds somebody.
#[derive(Debug, Clone, Copy)]
pub(super) struct Holding {
    pub(super) legal_status: LegalStatus,
    pub(super) imprisonment_status: Option<&'static str>,
    pub(super) indeterminate: bool,
    pub(super) recall: bool,
    pub(super) dates: SentenceDates,
    /// The first day of being held, so far as it matters here.
    pub(super) since: NaiveDate,
}

pub(super) fn holding(dice: &mut Dice, today: NaiveDate) -> Holding {
    use LegalStatus as L;
    let status = dice.weighted(
        &[
            (L::Sentenced, 640),
            (L::Recall, 130),
            (L::Indeterminate, 85),
            (L::Remand, 85),
            (L::ConvictedUnsentenced, 35),
            (L::ImmigrationDetainee, 15),
            (L::CivilPrisoner, 4),
            (L::Unknown, 3),
            (L::Other, 3),
        ],
        L::Sentenced,
    );
    match status {
        L::Sentenced => determinate(dice, today),
        L::Recall => recalled(dice, today),
        L::Indeterminate => indeterminate(dice, today),
        other => unsentenced(dice, today, other),
    }
}

/// A determinate sentence of so many days, so many of them served.
pub(super) fn sentence_of(days: u32, served: u32, today: NaiveDate) -> Holding {
    let start = earlier(today, served);
    let half = later(start, days / 2);
    let end = later(start, days);
    let short = days < 365;
    let curfew = (!short && days < 4 * 365).then(|| earlier(half, 180));
    Holding {
        legal_status: LegalStatus::Sentenced,
        imprisonment_status: Some(if short { "SENT" } else { "ADIMP_ORA20" }),
        indeterminate: false,
        recall: false,
        dates: SentenceDates {
            sentence_start: Some(start),
            release: Some(half),
            conditional_release: (!short).then_some(half),
            automatic_release: short.then_some(half),
            home_detention_curfew_eligibility: curfew.filter(|date| *date > start),
            sentence_expiry: Some(end),
            licence_expiry: Some(end),
            ..SentenceDates::default()
        },
        since: start,
    }
}

fn determinate(dice: &mut Dice, today: NaiveDate) -> Holding {
    let (shortest, longest) = dice.weighted(
        &[((90, 364), 200), ((365, 1_460), 450), ((1_461, 5_475), 350)],
        (365, 1_460),
    );
    let days = dice.between(shortest, longest);
    let served = dice.between(1, days / 2);
    let mut holding = sentence_of(days, served, today);
    if days > 7 * 365 && dice.chance(300) {
        holding.dates.parole_eligibility = holding.dates.conditional_release;
    }
    holding
}

fn recalled(dice: &mut Dice, today: NaiveDate) -> Holding {
    let days = dice.between(600, 3_650);
    let served = days.saturating_mul(6) / 10;
    let again = later(today, dice.between(7, days.saturating_mul(3) / 10));
    let sentence = sentence_of(days, served, today);
    Holding {
        legal_status: LegalStatus::Recall,
        imprisonment_status: Some(if dice.chance(300) { "FTR_ORA" } else { "LR_ORA" }),
        recall: true,
        dates: SentenceDates {
            release: Some(again),
            post_recall_release: Some(again),
            home_detention_curfew_eligibility: None,
            ..sentence.dates
        },
        ..sentence
    }
}

fn indeterminate(dice: &mut Dice, today: NaiveDate) -> Holding {
    let since = earlier(today, dice.between(200, 20 * 365));
    Holding {
        legal_status: LegalStatus::Indeterminate,
        imprisonment_status: Some(if dice.chance(150) { "IPP" } else { "LIFE" }),
        indeterminate: true,
        recall: dice.chance(60),
        dates: SentenceDates {
            sentence_start: Some(since),
            tariff: Some(later(since, dice.between(3 * 365, 25 * 365))),
            ..SentenceDates::default()
        },
        since,
    }
}

fn unsentenced(dice: &mut Dice, today: NaiveDate, legal_status: LegalStatus) -> Holding {
    let imprisonment_status = match legal_status {
        LegalStatus::ImmigrationDetainee => Some("DET"),
        LegalStatus::Remand => Some("RX"),
        LegalStatus::ConvictedUnsentenced => Some("JR"),
        LegalStatus::CivilPrisoner => Some("CIVIL"),
        LegalStatus::Unknown => Some("UNK_SENT"),
        _ => None,
    };
    Holding {
        legal_status,
        imprisonment_status,
        indeterminate: false,
        recall: false,
        dates: SentenceDates::default(),
        since: earlier(today, dice.between(1, 240)),
    }
}
