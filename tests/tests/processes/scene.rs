//! Cases at Leeds, and replicas that run the process managers and can be killed.

use std::{
    collections::BTreeSet,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use commands::{
    BusOptions, CommandBus, Request,
    access::{Principal, Role},
    operations::{AllocateCoworkingPom, ChangePomProfile},
    outgoing::Links,
    ports::{FactUnavailable, Ports},
    processes::{Answer, FactSource, ProcessOptions, Processes, ProcessesHandle, Question},
};
use domain::{LegalStatus, NomsNumber, PomStatus, WorkingPattern, policy::PolicyVersion};
use event_store::{
    AppendError, AppendRequest, ConnectOptions, Log, MasterKey, Outcome, Position, PostgresLog, ReadError,
    Receipt, RecordedEvent, StreamId,
    follow::{self, Clock, FollowerStatus},
};
use sqlx::PgPool;
use tests::{
    eventually,
    people::{self, ANN, EVE},
};
use tokio::sync::Notify;
use uuid::Uuid;
use workbench::testing::{TestDatabase, fresh_database};

pub(crate) const NAME: &str = "inactive-pom";
/// Ann is their primary POM.
pub(crate) const SAM: &str = "A1234BC";
pub(crate) const TOM: &str = "B2345CD";
/// Ann is their co-working POM.
pub(crate) const LOU: &str = "C3456DE";

/// What a replica of the tests does otherwise than one that is well.
#[derive(Clone, Default)]
pub(crate) struct Faults {
    /// It stands still at this point, as if it were dead.
    pub(crate) stands_still: Option<Point>,
    /// The log takes nothing about this prisoner.
    pub(crate) refuses: Option<&'static str>,
    /// Questions are not answered.
    pub(crate) no_answers: bool,
}

/// A point between an event and the end of what it leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Point {
    /// A fact is asked for.
    Asking,
    /// So many commands are recorded, and the next one is not.
    BeforeCommand(usize),
    /// The command after so many is recorded, and its task is not settled.
    AfterCommand(usize),
}

/// A database with cases.
pub(crate) struct Scene {
    database: TestDatabase,
    pub(crate) bus: CommandBus,
    pub(crate) log: PostgresLog,
}

impl Scene {
    /// Ann and her three cases.
    pub(crate) async fn set() -> Self {
        let database = fresh_database().await;
        event_store::migrate(database.url()).await.unwrap();
        let log = open(&database).await;
        let bus = bus(Arc::new(log.clone()));
        let scene = Self { database, bus, log };
        for (staff, name) in [(ANN, "ANN"), (EVE, "EVE")] {
            people::send(&scene.bus, people::onboard("LEI", staff, name), None).await;
        }
        for (noms, staff) in [(SAM, ANN), (TOM, ANN), (LOU, EVE)] {
            scene.allocate(noms, staff).await;
        }
        let coworking = AllocateCoworkingPom {
            noms: people::number(LOU),
            prison: people::prison("LEI"),
            staff: ANN.try_into().unwrap(),
            note: None,
        };
        let request = Request::new(coworking, allocator());
        scene.bus.execute(request).await.unwrap();
        scene
    }

    pub(crate) async fn allocate(&self, noms: &str, staff: i64) {
        people::observe(&self.bus, noms, "LEI", LegalStatus::Sentenced, None).await;
        people::inform(&self.bus, noms).await;
        let primary = people::primary(
            people::number(noms),
            people::prison("LEI"),
            staff.try_into().unwrap(),
        );
        self.bus
            .execute(Request::new(primary, allocator()))
            .await
            .unwrap();
    }

    pub(crate) async fn set_status(&self, staff: i64, status: PomStatus) {
        let profile = ChangePomProfile {
            prison: people::prison("LEI"),
            staff: staff.try_into().unwrap(),
            working_pattern: WorkingPattern::FULL_TIME,
            status,
        };
        people::send(&self.bus, profile, None).await;
    }

    /// A replica of its own process that runs the process managers.
    pub(crate) async fn replica(&self, faults: Faults, clock: &Clock) -> Replica {
        let log = open(&self.database).await;
        let stage = Arc::new(FaultyLog {
            inner: log.clone(),
            faults: faults.clone(),
            appended: AtomicUsize::new(0),
            reached: Notify::new(),
            resumed: Notify::new(),
        });
        let facts = Arc::new(Cases {
            cases: [SAM, TOM, LOU].map(people::number).to_vec(),
            faults,
            stage: stage.clone(),
        });
        let options = ProcessOptions {
            clock: clock.clone(),
            poll: Duration::from_millis(10),
            look: Duration::from_millis(50),
            // In the order of the cases, so that points can be counted.
            concurrency: 1,
            ..ProcessOptions::new(bus(stage.clone()), log.clone(), facts)
        };
        Replica {
            handle: Processes::start(options),
            log,
            stage,
        }
    }

    pub(crate) async fn status(&self) -> FollowerStatus {
        follow::status(self.log.pool(), NAME).await.unwrap()
    }

    /// Waits until the process has passed everything and owes nothing, but what is parked.
    pub(crate) async fn all_done(&self) {
        eventually("the process has nothing left to do", async || {
            let status = self.status().await;
            (status.lag() == 0 && status.due == 0).then_some(())
        })
        .await;
    }

    /// What was recorded since, as stream and event name.
    pub(crate) async fn recorded_after(&self, position: Position) -> Vec<(String, String)> {
        let events = self.log.read_after(position, 1_000).await.unwrap();
        let named = events
            .into_iter()
            .map(|event| (event.stream.as_str().to_owned(), event.event_type));
        named.collect()
    }

    pub(crate) async fn head(&self) -> Position {
        self.log.head().await.unwrap()
    }

    /// Whose messages were written since, in the order of the log.
    pub(crate) async fn messages_after(&self, position: Position) -> Vec<String> {
        let published = "select message_key from es.outbox where position > $1 order by position";
        sqlx::query_scalar(published)
            .bind(position.get())
            .fetch_all(self.pool())
            .await
            .unwrap()
    }

    pub(crate) fn pool(&self) -> &PgPool {
        self.log.pool()
    }
}

/// What must be so after Ann became inactive, whatever happened meanwhile: each case once, and a message for each primary one.
pub(crate) async fn assert_done_once(scene: &Scene, since: Position) {
    let recorded: BTreeSet<_> = scene.recorded_after(since).await.into_iter().collect();
    let expected = [
        ("allocation-A1234BC", "PrimaryPomDeallocated"),
        ("allocation-B2345CD", "PrimaryPomDeallocated"),
        ("allocation-C3456DE", "CoworkingPomDeallocated"),
    ];
    let expected: BTreeSet<_> = expected
        .map(|(stream, event)| (stream.to_owned(), event.to_owned()))
        .into();
    assert_eq!(recorded, expected);
    assert_eq!(scene.head().await.get(), since.get() + 3, "each is recorded once");
    assert_eq!(scene.messages_after(since).await, [SAM, TOM]);
}

/// A replica that runs.
pub(crate) struct Replica {
    handle: ProcessesHandle,
    log: PostgresLog,
    stage: Arc<FaultyLog>,
}

impl Replica {
    /// Waits until it stands still.
    pub(crate) async fn stands_still(&self) {
        tests::waiting::in_time("the replica stands still", self.stage.reached.notified()).await;
    }

    /// Lets it go on from where it stands still.
    pub(crate) fn resume(&self) {
        self.stage.resumed.notify_one();
    }

    /// Ends it at once and with all of its sessions, as a kill does.
    pub(crate) async fn kill(self) {
        drop(self.handle);
        self.log.pool().close().await;
    }

    pub(crate) async fn stop(self) {
        self.handle.stop().await;
    }
}

/// A log that stands still or refuses.
struct FaultyLog {
    inner: PostgresLog,
    faults: Faults,
    appended: AtomicUsize,
    reached: Notify,
    resumed: Notify,
}

impl FaultyLog {
    async fn stand_still_at(&self, point: Point) {
        if self.faults.stands_still == Some(point) {
            self.reached.notify_one();
            self.resumed.notified().await;
        }
    }
}

#[async_trait]
impl Log for FaultyLog {
    async fn append(&self, request: AppendRequest) -> Result<Receipt, AppendError> {
        let refused = self.faults.refuses.is_some_and(|noms| {
            let about = |stream: &StreamId| stream.key() == noms;
            request.writes.iter().any(|write| about(&write.stream))
        });
        if refused {
            return Err(AppendError::Unavailable("a fault of the test".into()));
        }
        let before = self.appended.fetch_add(1, Ordering::Relaxed);
        self.stand_still_at(Point::BeforeCommand(before)).await;
        let appended = self.inner.append(request).await;
        self.stand_still_at(Point::AfterCommand(before)).await;
        appended
    }

    async fn read_streams(&self, streams: &[StreamId]) -> Result<Vec<RecordedEvent>, ReadError> {
        self.inner.read_streams(streams).await
    }

    async fn read_after(&self, position: Position, limit: u32) -> Result<Vec<RecordedEvent>, ReadError> {
        self.inner.read_after(position, limit).await
    }

    async fn head(&self) -> Result<Position, ReadError> {
        self.inner.head().await
    }

    async fn record_noop(&self, command_id: Uuid, hash: [u8; 32]) -> Result<Outcome, AppendError> {
        self.inner.record_noop(command_id, hash).await
    }

    async fn receipt(&self, command_id: Uuid) -> Result<Option<(Outcome, [u8; 32])>, ReadError> {
        self.inner.receipt(command_id).await
    }
}

/// Always the same cases.
struct Cases {
    cases: Vec<NomsNumber>,
    faults: Faults,
    stage: Arc<FaultyLog>,
}

#[async_trait]
impl FactSource for Cases {
    async fn answer(&self, _: Question, _: Position) -> Result<Answer, FactUnavailable> {
        if self.faults.no_answers {
            return Err(FactUnavailable {
                what: "the cases of a POM",
                from: "the test",
            });
        }
        self.stage.stand_still_at(Point::Asking).await;
        Ok(Answer::Cases(self.cases.clone()))
    }
}

async fn open(database: &TestDatabase) -> PostgresLog {
    let pool = event_store::connect(database.url(), ConnectOptions::default())
        .await
        .unwrap();
    PostgresLog::open(pool, Some(MasterKey::new([0; 32])))
        .await
        .unwrap()
}

fn bus(log: Arc<dyn Log>) -> CommandBus {
    CommandBus::new(BusOptions {
        log,
        ports: Ports::default(),
        clock: Utc::now,
        policy: PolicyVersion::RoshBased,
        links: Some(Links::try_new("http://localhost").unwrap()),
    })
}

fn allocator() -> Principal {
    Principal {
        roles: BTreeSet::from([Role::Allocator]),
        caseloads: BTreeSet::from([people::prison("LEI")]),
        ..Principal::system("allocator")
    }
}

pub(crate) fn noon() -> DateTime<Utc> {
    "2026-03-02T12:00:00Z".parse().unwrap()
}
