//! The prisoners and POMs that commands are sent about, and the commands themselves: the same for everybody measured.

use std::sync::Arc;

use commands::{
    CommandBus, Operation, Request,
    access::Principal,
    operations::{AllocatePrimaryPom, ObservePrisoner, OnboardPom, RecordCaseInformation},
    outgoing::Links,
};
use domain::{
    LegalStatus, NomsNumber, PomPosition, PrisonCode, RoshLevel, StaffId, Tier, WorkingPattern,
    case::{CaseInformation, InformationSource},
    pom::{PomCommand, StaffDetails},
    prisoner::{PrisonerFacts, SentenceDates},
};
use event_store::Log;
use futures::{StreamExt, stream};

/// POMs among whom cases go round.
pub(crate) const POMS: [i64; 2] = [101, 102];

pub(crate) fn leeds() -> PrisonCode {
    "LEI".parse().unwrap()
}

/// The n-th prisoner.
pub(crate) fn noms(n: usize) -> NomsNumber {
    let letter = |n: usize| char::from(b'A' + u8::try_from(n % 26).unwrap());
    format!(
        "{}{:04}{}{}",
        letter(n / 6_760_000),
        n % 10_000,
        letter(n / 10_000),
        letter(n / 260_000)
    )
    .parse()
    .unwrap()
}

/// Whom the n-th command about a case chooses: each time the other one.
pub(crate) fn pom(n: u64) -> StaffId {
    let [one, other] = POMS;
    StaffId::try_from(if n.is_multiple_of(2) { one } else { other }).unwrap()
}

/// The n-th command about a case: an allocation, then reallocations.
pub(crate) fn allocate(noms: NomsNumber, n: u64) -> AllocatePrimaryPom {
    AllocatePrimaryPom {
        noms,
        prison: leeds(),
        staff: pom(n),
        override_reasons: Vec::new(),
        suitability_detail: None,
        other_detail: None,
        note: None,
    }
}

/// A bus that asks nobody outside.
pub(crate) fn bus(log: Arc<dyn Log>) -> CommandBus {
    server::seed::bus(log, Some(Links::try_new("https://allocations.example").unwrap()))
}

/// Makes the POMs and `prisoners` complete, unallocated cases.
pub(crate) async fn prepare(bus: &CommandBus, prisoners: usize) {
    for staff in POMS {
        let operation = OnboardPom {
            prison: leeds(),
            staff: StaffId::try_from(staff).unwrap(),
            details: Some(details()),
            position: PomPosition::Probation,
            working_pattern: WorkingPattern::FULL_TIME,
        };
        send(bus, operation).await;
    }
    stream::iter((0..prisoners).map(noms))
        .for_each_concurrent(128, |noms| async move {
            send(bus, ObservePrisoner { noms, facts: facts() }).await;
            let recorded = RecordCaseInformation {
                noms,
                information: information(),
                source: InformationSource::Delius,
            };
            send(bus, recorded).await;
        })
        .await;
}

/// The same for an aggregate that is asked directly.
pub(crate) fn onboarding() -> PomCommand {
    PomCommand::Onboard {
        details: details(),
        position: PomPosition::Probation,
        working_pattern: WorkingPattern::FULL_TIME,
    }
}

fn details() -> StaffDetails {
    StaffDetails {
        forename: "ANN".to_owned(),
        surname: "PROBATION".to_owned(),
        email: Some("ann@example.invalid".to_owned().into()),
    }
}

pub(crate) fn information() -> CaseInformation {
    CaseInformation {
        tier: Some(Tier::A),
        rosh: Some(RoshLevel::High),
        ..CaseInformation::default()
    }
}

async fn send<O: Operation>(bus: &CommandBus, operation: O) {
    bus.execute(Request::new(operation, Principal::system("figures")))
        .await
        .unwrap();
}

pub(crate) fn facts() -> PrisonerFacts {
    let day = |year| chrono::NaiveDate::from_ymd_opt(year, 3, 1).unwrap();
    PrisonerFacts {
        first_name: "JOHN".to_owned().into(),
        last_name: "SMITH".to_owned().into(),
        date_of_birth: day(1980).into(),
        prison: Some(leeds()),
        arrived_on: Some(day(2025)),
        location: Some("A-1-001".to_owned().into()),
        restricted_patient: false,
        legal_status: LegalStatus::Sentenced,
        imprisonment_status: Some("SENT03".to_owned()),
        indeterminate: false,
        recall: false,
        dates: SentenceDates {
            sentence_start: Some(day(2025)),
            release: Some(day(2035)),
            conditional_release: Some(day(2035)),
            ..SentenceDates::default()
        },
    }
}
