//! One example prisoner, the same in every story that needs only somebody.

use chrono::NaiveDate;
use domain::{
    LegalStatus, PrisonCode, RoshLevel, Tier,
    case::CaseInformation,
    prisoner::{PrisonerFacts, SentenceDates},
};

/// Alex Smith, an adult with a sentence until 2040, held at this prison since 2024.
#[must_use]
pub fn prisoner_at(prison: PrisonCode) -> PrisonerFacts {
    let day = |year| NaiveDate::from_ymd_opt(year, 3, 1).unwrap_or_default();
    PrisonerFacts {
        first_name: "ALEX".to_owned().into(),
        last_name: "SMITH".to_owned().into(),
        date_of_birth: day(1980).into(),
        prison: Some(prison),
        arrived_on: Some(day(2024)),
        location: Some("A-1-001".to_owned().into()),
        restricted_patient: false,
        legal_status: LegalStatus::Sentenced,
        imprisonment_status: None,
        indeterminate: false,
        recall: false,
        dates: SentenceDates {
            sentence_start: Some(day(2024)),
            release: Some(day(2040)),
            conditional_release: Some(day(2040)),
            ..SentenceDates::default()
        },
    }
}

/// All that an allocation of the example needs to know: a case for a prison POM.
#[must_use]
pub fn case_information() -> CaseInformation {
    CaseInformation {
        tier: Some(Tier::C),
        rosh: Some(RoshLevel::Low),
        ..CaseInformation::default()
    }
}
