//! Facts are fetched once for a command, and a port without a service says which fact is missing.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use domain::{
    NomsNumber, PomPosition, RoshLevel, Tier, WorkingPattern,
    case::{CaseInformation, InformationSource},
    policy::PolicyVersion,
    pom::StaffDetails,
    prisoner::PrisonerFacts,
};
use event_store::{Log, MemoryLog};
use serde_json::json;

use super::{
    FactUnavailable, NotAvailable, PRISONER_UNAVAILABLE, Ports, Prisoners, STAFF_UNAVAILABLE, Staff,
};
use crate::{
    BusOptions, CommandBus, CommandError, Operation, Request,
    access::Principal,
    operations::{AllocatePrimaryPom, OnboardPom, RecordCaseInformation},
};

const NOMS: &str = "A1234BC";

fn bus(log: &MemoryLog, ports: Ports) -> CommandBus {
    CommandBus::new(BusOptions {
        log: Arc::new(log.clone()),
        ports,
        clock: midday,
        policy: PolicyVersion::RoshBased,
        links: None,
    })
}

fn midday() -> DateTime<Utc> {
    "2026-03-02T12:00:00Z".parse().unwrap()
}

async fn execute<O: Operation>(bus: &CommandBus, operation: O) -> Result<(), CommandError> {
    let request = Request::new(operation, Principal::system("test"));
    bus.execute(request).await.map(|_| ())
}

fn information(tier: Tier) -> RecordCaseInformation {
    RecordCaseInformation {
        noms: NOMS.parse().unwrap(),
        information: CaseInformation {
            tier: Some(tier),
            rosh: Some(RoshLevel::Low),
            ..CaseInformation::default()
        },
        source: InformationSource::Manual,
    }
}

fn allocation() -> AllocatePrimaryPom {
    AllocatePrimaryPom {
        noms: NOMS.parse().unwrap(),
        prison: "LEI".parse().unwrap(),
        staff: 485_926.try_into().unwrap(),
        override_reasons: Vec::new(),
        suitability_detail: None,
        other_detail: None,
        note: None,
    }
}

/// A log that has a POM and a prisoner's case information, and knows nothing else of the prisoner.
async fn log_with_a_pom() -> MemoryLog {
    let log = MemoryLog::new();
    let bus = bus(&log, Ports::default());
    let pom = OnboardPom {
        prison: "LEI".parse().unwrap(),
        staff: 485_926.try_into().unwrap(),
        details: Some(StaffDetails {
            forename: "Grace".to_owned(),
            surname: "Sample".to_owned(),
            email: None,
        }),
        position: PomPosition::Prison,
        working_pattern: WorkingPattern::FULL_TIME,
    };
    execute(&bus, pom).await.unwrap();
    execute(&bus, information(Tier::B)).await.unwrap();
    log
}

/// Prisoner-search, during whose first answer somebody else changes the case.
struct Interrupted {
    somebody_else: CommandBus,
    calls: AtomicUsize,
}

#[async_trait]
impl Prisoners for Interrupted {
    async fn prisoner(&self, _: NomsNumber) -> Result<Option<PrisonerFacts>, FactUnavailable> {
        if self.calls.fetch_add(1, Ordering::SeqCst) == 0 {
            execute(&self.somebody_else, information(Tier::C)).await.unwrap();
        }
        let facts = json!({
            "prison": "LEI", "arrivedOn": "2026-02-20", "legalStatus": "SENTENCED",
            "firstName": { "$personal": "Ada" }, "lastName": { "$personal": "Example" },
            "dateOfBirth": { "$personal": "1980-01-01" },
            "dates": { "sentenceStart": "2020-01-01", "release": "2030-01-01" },
        });
        Ok(Some(serde_json::from_value(facts).unwrap()))
    }
}

#[tokio::test]
async fn a_command_that_is_decided_again_after_a_conflict_asks_upstream_once() {
    let log = log_with_a_pom().await;
    let search = Arc::new(Interrupted {
        somebody_else: bus(&log, Ports::default()),
        calls: AtomicUsize::new(0),
    });
    let ports = Ports {
        prisoners: search.clone(),
        ..Ports::default()
    };
    let before = log.head().await.unwrap();
    execute(&bus(&log, ports), allocation()).await.unwrap();

    assert_eq!(search.calls.load(Ordering::SeqCst), 1);
    let events = log.read_after(before, 10).await.unwrap();
    let types: Vec<_> = events.iter().map(|event| event.event_type.as_str()).collect();
    assert_eq!(
        types.first(),
        Some(&"CaseInformationRecorded"),
        "somebody else came first: {types:?}"
    );
    assert!(types.contains(&"PrimaryPomAllocated"), "{types:?}");
}

#[tokio::test]
async fn a_port_without_a_service_names_the_fact_and_the_service() {
    let search = NotAvailable.prisoner(NOMS.parse().unwrap()).await;
    assert_eq!(search, Err(PRISONER_UNAVAILABLE));
    let roles = NotAvailable.staff(485_926.try_into().unwrap()).await;
    assert_eq!(roles, Err(STAFF_UNAVAILABLE));

    let log = log_with_a_pom().await;
    let refused = execute(&bus(&log, Ports::default()), allocation()).await;
    let Err(CommandError::FactUnavailable(unavailable)) = refused else {
        panic!("{refused:?}")
    };
    assert_eq!(
        unavailable.to_string(),
        "the prisoner could not be had from prisoner-search: try again in a moment"
    );
}
