//! A prison with one POM and one allocated prisoner, reached through the real command bus.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use commands::{
    BusOptions, CommandBus, NomsNumber, Operation, PrisonCode, Request,
    access::Principal,
    operations::{AllocatePrimaryPom, ObservePrisoner, OnboardPom, RecordCaseInformation},
    outgoing::Links,
    ports::{FactUnavailable, Ports, Prisoners},
    stream_id,
};
use domain::{
    PomPosition, RoshLevel, StaffId, Streamed, Tier, WorkingPattern,
    allocation::Allocation,
    case::{CaseInformation, InformationSource},
    policy::PolicyVersion,
    pom::StaffDetails,
    prisoner::{Prisoner, PrisonerFacts},
};
use event_store::{Log, RecordedEvent};
use serde_json::json;

use crate::world::World;

pub(crate) const NOMS: &str = "A1234BC";

/// Another prisoner, whom stories allocate when they need one.
pub(crate) const OTHER: &str = "B2345CD";

/// The bus over a world's log, with an allocated prisoner.
pub(crate) struct Estate {
    pub(crate) bus: CommandBus,
    pub(crate) world: World,
    pub(crate) search: Arc<Search>,
}

impl Estate {
    pub(crate) async fn new() -> Self {
        let world = World::new().await;
        let search = Arc::new(Search::default());
        let bus = CommandBus::new(BusOptions {
            log: Arc::new(world.log.clone()),
            ports: Ports {
                prisoners: search.clone(),
                ..Ports::default()
            },
            clock: midday,
            policy: PolicyVersion::RoshBased,
            links: Some(Links::try_new("https://moic.example").unwrap()),
        });
        let estate = Self { bus, world, search };
        estate.onboard().await;
        estate.allocate(NOMS).await;
        estate
    }

    /// Makes somebody a POM's case.
    pub(crate) async fn allocate(&self, noms: &str) {
        let (noms, prison, staff) = (noms.parse().unwrap(), leeds(), pom());
        let facts = facts_at(Some("LEI"));
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

    async fn onboard(&self) {
        let (prison, staff) = (leeds(), pom());
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
    }

    async fn execute<O: Operation>(&self, operation: O) {
        let mut request = Request::new(operation, Principal::system("test"));
        request.occurred_at = Some("2026-03-01T09:00:00Z".parse().unwrap());
        self.bus.execute(request).await.unwrap();
    }

    /// The events of the prisoner's allocation.
    pub(crate) async fn allocation(&self) -> Vec<RecordedEvent> {
        self.allocation_of(NOMS).await
    }

    async fn allocation_of(&self, noms: &str) -> Vec<RecordedEvent> {
        let stream = stream_id(Allocation::stream(noms.parse().unwrap()));
        self.world.log.read_streams(&[stream]).await.unwrap()
    }

    /// The names of those events.
    pub(crate) async fn happened(&self) -> Vec<String> {
        self.happened_to(NOMS).await
    }

    /// Has it observed where the prisoner is.
    pub(crate) async fn observe(&self, facts: PrisonerFacts) {
        let noms = NOMS.parse().unwrap();
        self.execute(ObservePrisoner { noms, facts }).await;
    }

    /// Everything that is recorded of where the prisoner is.
    pub(crate) async fn observations(&self) -> Vec<RecordedEvent> {
        let stream = stream_id(Prisoner::stream(NOMS.parse().unwrap()));
        self.world.log.read_streams(&[stream]).await.unwrap()
    }

    /// The names of the events of somebody's allocation.
    pub(crate) async fn happened_to(&self, noms: &str) -> Vec<String> {
        self.allocation_of(noms)
            .await
            .into_iter()
            .map(|event| event.event_type)
            .collect()
    }
}

fn leeds() -> PrisonCode {
    "LEI".parse().unwrap()
}

fn pom() -> StaffId {
    StaffId::try_from(485_926).unwrap()
}

/// What prisoner-search says of somebody at a prison, or in none.
pub(crate) fn facts_at(prison: Option<&str>) -> PrisonerFacts {
    let mut facts = json!({
        "firstName": { "$personal": "Ada" },
        "lastName": { "$personal": "Example" },
        "dateOfBirth": { "$personal": "1980-01-01" },
        "legalStatus": "SENTENCED",
        "dates": { "sentenceStart": "2020-01-01", "release": "2030-01-01" },
    });
    if let Some(prison) = prison {
        facts["prison"] = json!(prison);
        facts["arrivedOn"] = json!("2026-02-20");
    }
    serde_json::from_value(facts).unwrap()
}

fn midday() -> DateTime<Utc> {
    "2026-03-02T12:00:00Z".parse().unwrap()
}

/// A prisoner-search that knows nobody, says the same of everybody, or is down.
#[derive(Default)]
pub(crate) struct Search(Mutex<Says>);

#[derive(Clone, Default)]
pub(crate) enum Says {
    #[default]
    Unknown,
    Facts(PrisonerFacts),
    Down,
}

impl Search {
    pub(crate) fn set(&self, says: Says) {
        *self.0.lock().unwrap() = says;
    }
}

#[async_trait]
impl Prisoners for Search {
    async fn prisoner(&self, _: NomsNumber) -> Result<Option<PrisonerFacts>, FactUnavailable> {
        match self.0.lock().unwrap().clone() {
            Says::Unknown => Ok(None),
            Says::Facts(facts) => Ok(Some(facts)),
            Says::Down => Err(FactUnavailable {
                what: "the prisoner",
                from: "prisoner-search",
            }),
        }
    }
}
