//! Things that happen, with short names.

use chrono::{DateTime, NaiveDate, TimeZone, Utc};
use domain::{
    Complexity, LegalStatus, NomsNumber, PomPosition, PomStatus, PrisonCode, RoshLevel, StaffId, Tier,
    WorkingPattern,
    allocation::{AllocationEvent, Ended, PomSnapshot, PrimaryAllocation, RemovalReason},
    case::{CaseEvent, CaseInformation, InformationSource},
    policy::{PolicyVersion, Recommendation},
    pom::{PomEvent, StaffDetails},
    prisoner::{PrisonerEvent, PrisonerFacts, SentenceDates},
};
use event_store::StreamId;
use serde_json::Value;

/// One command's events for one stream.
#[derive(Debug, Clone)]
pub(crate) struct Happening {
    pub(crate) stream: StreamId,
    pub(crate) events: Vec<(&'static str, Value)>,
    pub(crate) occurred_at: DateTime<Utc>,
}

pub(crate) fn day(date: &str) -> NaiveDate {
    date.parse().unwrap()
}

/// Noon, so that the London date is the same.
pub(crate) fn noon(date: &str) -> DateTime<Utc> {
    Utc.from_utc_datetime(&day(date).and_hms_opt(12, 0, 0).unwrap())
}

pub(crate) fn prison(code: &str) -> PrisonCode {
    code.parse().unwrap()
}

pub(crate) fn staff(id: i64) -> StaffId {
    id.try_into().unwrap()
}

pub(crate) fn allocation(noms: NomsNumber, at: DateTime<Utc>, events: &[AllocationEvent]) -> Happening {
    let events = events
        .iter()
        .map(|event| (event.name(), serde_json::to_value(event).unwrap()));
    Happening {
        stream: StreamId::new("allocation", noms),
        events: events.collect(),
        occurred_at: at,
    }
}

pub(crate) fn prisoner(noms: NomsNumber, at: DateTime<Utc>, event: &PrisonerEvent) -> Happening {
    let events = vec![(event.name(), serde_json::to_value(event).unwrap())];
    Happening {
        stream: StreamId::new("prisoner", noms),
        events,
        occurred_at: at,
    }
}

pub(crate) fn case(noms: NomsNumber, event: CaseEvent) -> Happening {
    let events = vec![(event.name(), serde_json::to_value(event).unwrap())];
    Happening {
        stream: StreamId::new("case", noms),
        events,
        occurred_at: noon("2026-01-01"),
    }
}

pub(crate) fn pom(code: &str, id: i64, event: &PomEvent) -> Happening {
    let events = vec![(event.name(), serde_json::to_value(event).unwrap())];
    Happening {
        stream: StreamId::new("pom", format!("{code}-{id}")),
        events,
        occurred_at: noon("2026-01-01"),
    }
}

/// An adult with a sentence, at a prison since new year.
pub(crate) fn facts(code: &str, first: &str, last: &str) -> PrisonerFacts {
    PrisonerFacts {
        first_name: first.to_owned().into(),
        last_name: last.to_owned().into(),
        date_of_birth: day("1990-05-05").into(),
        prison: Some(prison(code)),
        arrived_on: Some(day("2026-01-01")),
        location: Some("A-1-001".to_owned().into()),
        restricted_patient: false,
        legal_status: LegalStatus::Sentenced,
        imprisonment_status: Some("SENT03".to_owned()),
        indeterminate: false,
        recall: false,
        dates: SentenceDates {
            sentence_start: Some(day("2025-06-01")),
            release: Some(day("2028-06-01")),
            conditional_release: Some(day("2028-06-01")),
            ..SentenceDates::default()
        },
    }
}

pub(crate) fn observed(noms: NomsNumber, facts: PrisonerFacts) -> Happening {
    prisoner(
        noms,
        noon("2026-01-01"),
        &PrisonerEvent::PrisonerObserved(Box::new(facts)),
    )
}

pub(crate) fn informed(noms: NomsNumber, tier: Option<Tier>, rosh: Option<RoshLevel>) -> Happening {
    let information = CaseInformation {
        tier,
        rosh,
        ..CaseInformation::default()
    };
    case(
        noms,
        CaseEvent::CaseInformationRecorded {
            information,
            source: InformationSource::Delius,
        },
    )
}

pub(crate) fn complexity(noms: NomsNumber, level: Complexity) -> Happening {
    case(noms, CaseEvent::ComplexityAssessed { level })
}

pub(crate) fn snapshot(id: i64) -> PomSnapshot {
    PomSnapshot {
        staff_id: staff(id),
        forename: format!("FORENAME{id}"),
        surname: format!("SURNAME{id}"),
        email: Some(format!("pom{id}@example.com").into()),
        position: PomPosition::Prison,
    }
}

pub(crate) fn choice(code: &str, id: i64, at: DateTime<Utc>) -> PrimaryAllocation {
    PrimaryAllocation {
        prison: prison(code),
        pom: snapshot(id),
        allocated_at: at,
        tier: Tier::B,
        rosh: Some(RoshLevel::Medium),
        recommendation: Recommendation::Prison,
        assumes_pom_responsible: Some(true),
        policy: PolicyVersion::RoshBased,
        overridden: None,
        note: Some("a note".to_owned().into()),
    }
}

pub(crate) fn allocated(noms: NomsNumber, code: &str, id: i64, at: DateTime<Utc>) -> Happening {
    allocation(
        noms,
        at,
        &[AllocationEvent::PrimaryPomAllocated(choice(code, id, at))],
    )
}

pub(crate) fn reallocated(
    noms: NomsNumber,
    code: &str,
    id: i64,
    previous: i64,
    at: DateTime<Utc>,
) -> Happening {
    let event = AllocationEvent::PrimaryPomReallocated {
        to: choice(code, id, at),
        previous: staff(previous),
    };
    allocation(noms, at, &[event])
}

pub(crate) fn joined(noms: NomsNumber, id: i64, at: DateTime<Utc>) -> Happening {
    let event = AllocationEvent::CoworkingPomAllocated {
        pom: snapshot(id),
        allocated_at: at,
        note: None,
    };
    allocation(noms, at, &[event])
}

pub(crate) fn primary_removed(noms: NomsNumber, id: i64, at: DateTime<Utc>) -> Happening {
    let event = AllocationEvent::PrimaryPomDeallocated {
        staff_id: staff(id),
        prison: None,
        reason: RemovalReason::Manual,
        note: None,
    };
    allocation(noms, at, &[event])
}

pub(crate) fn ended(primary: Option<i64>, coworking: Option<i64>, code: &str, at: DateTime<Utc>) -> Ended {
    Ended {
        primary: primary.map(staff),
        coworking: coworking.map(staff),
        from_prison: prison(code),
        left_at: at,
    }
}

pub(crate) fn onboarded(code: &str, id: i64, position: PomPosition) -> Happening {
    let details = StaffDetails {
        forename: format!("Forename{id}"),
        surname: format!("Surname{id}"),
        email: Some(format!("now{id}@example.com").into()),
    };
    pom(
        code,
        id,
        &PomEvent::PomOnboarded {
            details,
            position,
            working_pattern: WorkingPattern::FULL_TIME,
        },
    )
}

pub(crate) fn status(code: &str, id: i64, status: PomStatus) -> Happening {
    pom(code, id, &PomEvent::PomStatusChanged { status })
}
