//! A prison with a few prisoners and POMs, and people who ask.

use std::sync::Arc;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use commands::{
    BusOptions, CommandBus, Request,
    access::{Principal, Role},
    operations::{ObservePrisoner, OnboardPom, RecordCaseInformation},
    outgoing::Links,
    ports::{FactUnavailable, Ports, Prisoners, Staff},
};
use domain::{
    NomsNumber, PomPosition, StaffId, Tier, WorkingPattern,
    case::{CaseInformation, InformationSource},
    policy::PolicyVersion,
    pom::StaffDetails,
    prisoner::PrisonerFacts,
};
use event_store::{Actor, ActorKind, ConnectOptions, Log, Position, PostgresLog};
use graphql::{Answer, Caller, GuardedRequest, MediaType, Schema, Services};
use projections::{Projector, ProjectorHandle, ProjectorOptions, ReadModels};
use serde_json::{Value, json};
use simulator::example::{case_information, prisoner_at};
use uuid::Uuid;
use workbench::testing::{TestDatabase, fresh_database};

pub(crate) const NOMS: &str = "A1234BC";
pub(crate) const POM: i32 = 485_926;
pub(crate) const OTHER_POM: i32 = 485_927;

/// Somebody who upstream says is at Leeds.
pub(crate) const ARRIVED: &str = "A7654EE";

/// Somebody of whom upstream says nothing now.
pub(crate) const UNREACHABLE: &str = "A7654GG";

/// Hardly anybody upstream: the stories tell the bus what they need.
struct Upstream;

#[async_trait]
impl Prisoners for Upstream {
    async fn prisoner(&self, noms: NomsNumber) -> Result<Option<PrisonerFacts>, FactUnavailable> {
        match noms.as_str() {
            ARRIVED => Ok(Some(prisoner_at("LEI".parse().unwrap()))),
            UNREACHABLE => Err(FactUnavailable {
                what: "the prisoner",
                from: "prisoner-search",
            }),
            _ => Ok(None),
        }
    }
}

#[async_trait]
impl Staff for Upstream {
    async fn staff(&self, _: StaffId) -> Result<Option<StaffDetails>, FactUnavailable> {
        Ok(None)
    }
}

pub(crate) struct World {
    pub(crate) schema: Schema,
    pub(crate) bus: CommandBus,
    pub(crate) log: Arc<PostgresLog>,
    _projector: Option<ProjectorHandle>,
    _database: TestDatabase,
}

impl World {
    /// Leeds with two POMs, and the prisoner A1234BC, ready to be allocated.
    pub(crate) async fn new() -> Self {
        Self::made(true, Utc::now).await
    }

    /// The same, with read models that stand still.
    pub(crate) async fn whose_read_models_stand_still() -> Self {
        Self::made(false, Utc::now).await
    }

    /// The same, with a clock that breaks whoever reads it through the schema.
    pub(crate) async fn whose_clock_is_broken() -> Self {
        let world = Self::made(true, Utc::now).await;
        let bus = bus(world.log.clone(), || panic!("the clock broke: secret"));
        let models = ReadModels::new(
            world.log.pool().clone(),
            world.log.clone(),
            PolicyVersion::RoshBased,
        );
        Self {
            schema: graphql::schema(Services {
                bus,
                read_models: models,
            }),
            ..world
        }
    }

    /// The bus of another replica, which writes to the same database.
    pub(crate) async fn another_replica(&self) -> CommandBus {
        let key = event_store::MasterKey::new([7; 32]);
        let log = PostgresLog::open(self.log.pool().clone(), Some(key)).await;
        bus(Arc::new(log.unwrap()), Utc::now)
    }

    /// The same with a bus that remembers nothing.
    pub(crate) fn restarted(self) -> Self {
        let bus = bus(self.log.clone(), Utc::now);
        let models = ReadModels::new(
            self.log.pool().clone(),
            self.log.clone(),
            PolicyVersion::RoshBased,
        );
        Self {
            schema: graphql::schema(Services {
                bus: bus.clone(),
                read_models: models,
            }),
            bus,
            ..self
        }
    }

    async fn made(moving: bool, clock: fn() -> DateTime<Utc>) -> Self {
        let database = fresh_database().await;
        event_store::migrate(database.url()).await.unwrap();
        let pool = event_store::connect(database.url(), ConnectOptions::default())
            .await
            .unwrap();
        let key = event_store::MasterKey::new([7; 32]);
        let log = Arc::new(PostgresLog::open(pool.clone(), Some(key)).await.unwrap());
        let models = ReadModels::new(pool, log.clone(), PolicyVersion::RoshBased);
        let projector =
            moving.then(|| Projector::start(&models, ProjectorOptions::new(Uuid::now_v7())).unwrap());
        let bus = bus(log.clone(), clock);
        let world = Self {
            schema: graphql::schema(Services {
                bus: bus.clone(),
                read_models: models.clone(),
            }),
            bus,
            log,
            _projector: projector,
            _database: database,
        };
        world.onboarded("LEI", POM, "JANE").await;
        world.onboarded("LEI", OTHER_POM, "JOHN").await;
        let head = world.prisoner(NOMS, "LEI").await;
        if moving {
            models
                .reached(head, std::time::Duration::from_secs(30))
                .await
                .unwrap();
        }
        world
    }

    pub(crate) async fn onboarded(&self, prison: &str, staff: i32, forename: &str) {
        let operation = OnboardPom {
            prison: prison.parse().unwrap(),
            staff: StaffId::try_from(i64::from(staff)).unwrap(),
            details: Some(StaffDetails {
                forename: forename.to_owned(),
                surname: "DOE".to_owned(),
                email: None,
            }),
            position: PomPosition::Prison,
            working_pattern: WorkingPattern::FULL_TIME,
        };
        self.bus
            .execute(Request::new(operation, Principal::system("test")))
            .await
            .unwrap();
    }

    /// Someone with everything known that an allocation needs.
    pub(crate) async fn prisoner(&self, noms: &str, prison: &str) -> Position {
        let noms: NomsNumber = noms.parse().unwrap();
        let observed = ObservePrisoner {
            noms,
            facts: prisoner_at(prison.parse().unwrap()),
        };
        self.bus
            .execute(Request::new(observed, Principal::system("test")))
            .await
            .unwrap();
        self.inform(noms.as_str(), Tier::C).await
    }

    /// What staff find out about someone.
    pub(crate) async fn inform(&self, noms: &str, tier: Tier) -> Position {
        inform(&self.bus, noms, tier).await;
        self.head().await
    }

    pub(crate) async fn head(&self) -> Position {
        self.log.head().await.unwrap()
    }

    pub(crate) async fn answer(&self, caller: Caller, query: &str, variables: Value) -> Answer {
        let body = json!({ "query": query, "variables": variables }).to_string();
        match GuardedRequest::from_json(body.as_bytes()) {
            Ok(request) => graphql::execute(&self.schema, request, caller).await,
            Err(refusal) => refusal.into(),
        }
    }

    /// The whole body of the answer.
    pub(crate) async fn ask(&self, caller: Caller, query: &str) -> Value {
        body(&self.answer(caller, query, Value::Null).await)
    }

    /// The data of an answer without errors.
    pub(crate) async fn data(&self, caller: Caller, query: &str) -> Value {
        let answered = self.ask(caller, query).await;
        assert_eq!(answered.get("errors"), None, "{query}");
        answered["data"].clone()
    }

    /// The code of an answer's first error.
    pub(crate) async fn code(&self, caller: Caller, query: &str) -> String {
        code(&self.ask(caller, query).await)
    }

    /// Allocates A1234BC, the way the local profile prints it.
    pub(crate) async fn allocated(&self) -> Value {
        self.data(allocator("LEI"), &allocate(NOMS, POM)).await
    }
}

/// What staff find out about someone, by this bus.
pub(crate) async fn inform(bus: &CommandBus, noms: &str, tier: Tier) {
    let known = RecordCaseInformation {
        noms: noms.parse().unwrap(),
        information: CaseInformation {
            tier: Some(tier),
            ..case_information()
        },
        source: InformationSource::Manual,
    };
    let request = Request::new(known, Principal::system("test"));
    bus.execute(request).await.unwrap();
}

pub(crate) fn body(answer: &Answer) -> Value {
    serde_json::from_slice(&answer.body()).unwrap()
}

pub(crate) fn code(answered: &Value) -> String {
    answered["errors"][0]["extensions"]["code"]
        .as_str()
        .unwrap_or("no error")
        .to_owned()
}

pub(crate) fn status(answer: &Answer) -> (u16, u16) {
    (
        answer.status(MediaType::GraphQlResponse),
        answer.status(MediaType::Json),
    )
}

pub(crate) fn allocate(noms: &str, staff: i32) -> String {
    format!(
        "mutation {{ allocatePrimaryPom(input: {{nomsNumber: \"{noms}\", prison: \"LEI\", staffId: {staff}}}) {{
            position version replayed userErrors {{ code message field }}
            allocation {{ version state primaryPom {{ name staffId }} }} }} }}"
    )
}

pub(crate) fn caller(role: Role, caseload: Option<&str>) -> Caller {
    Caller::new(Principal {
        actor: Actor {
            kind: ActorKind::User,
            id: "TEST_USER".to_owned(),
            display_name: Some("Test User".to_owned()),
            client_id: None,
        },
        roles: [role].into(),
        caseloads: caseload.into_iter().map(|code| code.parse().unwrap()).collect(),
        staff_id: None,
    })
}

pub(crate) fn allocator(prison: &str) -> Caller {
    caller(Role::Allocator, Some(prison))
}

fn bus(log: Arc<PostgresLog>, clock: fn() -> DateTime<Utc>) -> CommandBus {
    CommandBus::new(BusOptions {
        log,
        ports: Ports {
            prisoners: Arc::new(Upstream),
            staff: Arc::new(Upstream),
        },
        clock,
        policy: PolicyVersion::RoshBased,
        links: Some(Links::try_new("https://moic.example").unwrap()),
    })
}
