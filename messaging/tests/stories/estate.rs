//! A prison with one POM and one allocated prisoner, reached through the real command bus.

use std::sync::Arc;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use commands::{
    BusOptions, CommandBus, NomsNumber, Operation, PrisonCode, Request, StreamsOf,
    access::Principal,
    operations::{AllocatePrimaryPom, ObservePrisoner, OnboardPom, RecordCaseInformation},
    outgoing::Links,
    ports::{FactUnavailable, Prisoners, Staff},
};
use domain::{
    PomPosition, RoshLevel, StaffId, Tier, WorkingPattern,
    casefile::{CaseInformation, InformationSource},
    policy::PolicyVersion,
    pom::StaffDetails,
    prisoner::PrisonerFacts,
};
use event_store::{Log, RecordedEvent};
use serde_json::json;

use crate::world::World;

pub(crate) const NOMS: &str = "A1234BC";

/// The bus over a world's log, with an allocated prisoner.
pub(crate) struct Estate {
    pub(crate) bus: CommandBus,
    pub(crate) world: World,
}

impl Estate {
    pub(crate) async fn new() -> Self {
        let world = World::new().await;
        let bus = CommandBus::new(BusOptions {
            log: Arc::new(world.log.clone()),
            prisoners: Arc::new(Nobody),
            staff: Arc::new(Nobody),
            clock: midday,
            policy: PolicyVersion::RoshBased,
            links: Links::try_new("https://moic.example").unwrap(),
        });
        let estate = Self { bus, world };
        estate.allocate().await;
        estate
    }

    async fn allocate(&self) {
        let (noms, prison, staff) = (
            noms(),
            "LEI".parse::<PrisonCode>().unwrap(),
            StaffId::try_from(485_926).unwrap(),
        );
        let facts: PrisonerFacts = serde_json::from_value(json!({
            "firstName": { "$personal": "Ada" },
            "lastName": { "$personal": "Example" },
            "dateOfBirth": { "$personal": "1980-01-01" },
            "prison": "LEI",
            "arrivedOn": "2026-02-20",
            "legalStatus": "SENTENCED",
            "dates": { "sentenceStart": "2020-01-01", "release": "2030-01-01" },
        }))
        .unwrap();
        self.execute(ObservePrisoner { noms, facts }).await;
        let information = CaseInformation {
            tier: Some(Tier::B),
            rosh: Some(RoshLevel::Low),
            ..Default::default()
        };
        self.execute(RecordCaseInformation {
            noms,
            information,
            source: InformationSource::Delius,
        })
        .await;
        let details = StaffDetails {
            forename: "Grace".to_owned(),
            surname: "Sample".to_owned(),
            email: None,
        };
        self.execute(OnboardPom {
            prison,
            staff,
            details: Some(details),
            position: PomPosition::Prison,
            working_pattern: WorkingPattern::FULL_TIME,
        })
        .await;
        self.execute(AllocatePrimaryPom {
            noms,
            prison,
            staff,
            override_reasons: Vec::new(),
            suitability_detail: None,
            other_detail: None,
            note: None,
        })
        .await;
    }

    async fn execute<O: Operation>(&self, operation: O) {
        let mut request = Request::new(operation, Principal::system("test"));
        request.occurred_at = Some("2026-03-01T09:00:00Z".parse().unwrap());
        self.bus.execute(request).await.unwrap();
    }

    /// The events of the prisoner's allocation.
    pub(crate) async fn allocation(&self) -> Vec<RecordedEvent> {
        self.world
            .log
            .read_streams(&[StreamsOf::allocation(noms())])
            .await
            .unwrap()
    }

    /// The names of those events.
    pub(crate) async fn happened(&self) -> Vec<String> {
        self.allocation()
            .await
            .into_iter()
            .map(|event| event.event_type)
            .collect()
    }
}

fn noms() -> NomsNumber {
    NOMS.parse().unwrap()
}

fn midday() -> DateTime<Utc> {
    "2026-03-02T12:00:00Z".parse().unwrap()
}

struct Nobody;

#[async_trait]
impl Prisoners for Nobody {
    async fn prisoner(&self, _: NomsNumber) -> Result<Option<PrisonerFacts>, FactUnavailable> {
        Ok(None)
    }
}

#[async_trait]
impl Staff for Nobody {
    async fn staff(&self, _: StaffId) -> Result<Option<StaffDetails>, FactUnavailable> {
        Ok(None)
    }
}
