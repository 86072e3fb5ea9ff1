#![allow(clippy::all, clippy::pedantic, missing_docs, dead_code, clippy::allow_attributes, clippy::allow_attributes_without_reason)]
use std::{collections::HashMap, sync::Arc, time::Duration};
use chrono::{DateTime, NaiveDate, Utc};
use domain::{*, allocation::*, policy::*, prisoner::*};
pub use event_store::{Position, RecordedEvent, Metadata, Actor, ActorKind};
use futures::Stream;
#[derive(Clone)] pub struct ReadModels;
type R<T> = Result<T, ReadModelError>;
impl ReadModels {
    pub async fn reached(&self, _p: Position, _d: Duration) -> R<()> { todo!() }
    pub async fn allocation(&self, _n: NomsNumber) -> R<Option<AllocationView>> { todo!() }
    pub async fn allocations(&self, _n: &[NomsNumber]) -> R<HashMap<NomsNumber, AllocationView>> { todo!() }
    pub async fn allocation_as_of(&self, _n: NomsNumber, _at: AsOf) -> R<Option<AllocationView>> { todo!() }
    pub async fn case(&self, _n: NomsNumber, _t: NaiveDate) -> R<Option<CaseView>> { todo!() }
    pub async fn case_as_of(&self, _n: NomsNumber, _at: AsOf, _t: NaiveDate) -> R<Option<CaseView>> { todo!() }
    pub async fn cases(&self, _q: CaseQuery) -> R<CasePage> { todo!() }
    pub async fn pom(&self, _p: PrisonCode, _s: StaffId, _t: NaiveDate) -> R<Option<PomView>> { todo!() }
    pub async fn poms(&self, _p: PrisonCode, _g: Option<PomGroup>, _t: NaiveDate) -> R<Vec<PomView>> { todo!() }
    pub async fn prison_counts(&self, _p: PrisonCode, _t: NaiveDate) -> R<PrisonCounts> { todo!() }
    pub async fn timeline(&self, _n: NomsNumber, _f: u32, _a: Option<Position>) -> R<TimelinePage> { todo!() }
    pub async fn events(&self, _f: &EventFilter, _a: Position, _n: u32) -> R<EventPage> { todo!() }
    pub fn allocation_changes(&self, _f: ChangeFilter, _a: Option<Position>) -> impl Stream<Item = R<AllocationChange>> + Send + 'static { futures::stream::empty() }
    pub fn recorded_events(&self, _f: EventFilter, _a: Option<Position>) -> impl Stream<Item = R<RecordedEvent>> + Send + 'static { futures::stream::empty() }
}
pub enum AsOf { Time(DateTime<Utc>), Position(Position) }
#[derive(Clone)] pub struct AllocationView { pub noms: NomsNumber, pub version: u64, pub position: Position, pub allocation: Allocation, pub terms: PomTerms }
#[derive(Clone)] pub struct CaseView { pub noms: NomsNumber, pub facts: PrisonerFacts, pub case: domain::casefile::Case, pub allocation: Option<AllocationView>, pub bucket: Option<CaseBucket>, pub recommendation: (Recommendation, RecommendationReason), pub earliest_release: Option<EarliestRelease>, pub waiting_since: Option<NaiveDate>, pub previous_pom: Option<String>, pub position: Position }
#[derive(Clone, Copy)] pub enum CaseBucket { Allocated, Unallocated, MissingInformation }
pub struct CaseQuery { pub prison: PrisonCode, pub bucket: CaseBucket, pub order: CaseOrder, pub filter: CaseFilter, pub page: PageRequest, pub today: NaiveDate }
pub struct CaseOrder { pub field: CaseOrderField, pub descending: bool }
#[derive(Clone, Copy)] pub enum CaseOrderField { LastName, Location, EarliestReleaseDate, Tier, PomName, AllocationDate, WaitingSince }
#[derive(Default)] pub struct CaseFilter { pub staff: Option<StaffId>, pub tier: Option<Tier>, pub name: Option<String>, pub role: Option<PomRole> }
#[derive(Clone, Copy)] pub enum PomRole { Primary, Coworking }
pub struct PageRequest { pub first: Option<u32>, pub last: Option<u32>, pub after: Option<Cursor>, pub before: Option<Cursor> }
pub type Cursor = String;
pub struct CasePage { pub cases: Vec<(CaseView, Cursor)>, pub total: u64, pub has_next: bool, pub has_previous: bool }
#[derive(Clone)] pub struct PomView { pub prison: PrisonCode, pub staff_id: StaffId, pub pom: domain::pom::Pom, pub counters: PomCounters }
#[derive(Clone)] pub struct PomCounters { pub total: u32, pub primary: u32, pub coworking: u32, pub by_tier: Vec<(Tier, u32)>, pub allocated_last_7_days: u32, pub releases_next_4_weeks: u32, pub high_complexity: u32 }
#[derive(Clone, Copy)] pub enum PomGroup { Prison, Probation, Unavailable, Away, AttentionNeeded }
pub struct PrisonCounts { pub allocated: u64, pub unallocated: u64, pub missing_information: u64 }
pub struct TimelinePage { pub items: Vec<TimelineItem>, pub total: u64, pub has_next: bool }
pub struct TimelineItem { pub position: Position, pub event_type: String, pub recorded_at: DateTime<Utc>, pub metadata: Metadata, pub fact: Fact }
pub enum Fact { Allocation(AllocationEvent), Prisoner(PrisonerEvent), Case(domain::casefile::CaseEvent), Pom(domain::pom::PomEvent) }
pub struct EventPage { pub events: Vec<RecordedEvent>, pub has_next: bool, pub total: u64 }
pub struct ChangeFilter { pub prison: Option<PrisonCode>, pub noms: Option<NomsNumber> }
pub struct AllocationChange { pub position: Position, pub noms: NomsNumber, pub version: u64, pub kind: AllocationEventKind, pub trigger: AllocationTrigger, pub prison: Option<PrisonCode>, pub occurred_at: DateTime<Utc>, pub recorded_at: DateTime<Utc> }
#[derive(Default)] pub struct EventFilter { pub categories: Vec<String>, pub event_types: Vec<String>, pub noms: Option<NomsNumber>, pub prison: Option<PrisonCode> }
#[derive(Debug, Clone, thiserror::Error)]
pub enum ReadModelError { #[error("nyp")] NotYetProjected { wanted: Position, reached: Position }, #[error("stopped")] Stopped { at: Position }, #[error("una")] Unavailable(Arc<str>), #[error("log")] Log(String), #[error("dam")] Damaged(Arc<str>), #[error("bad")] BadCursor }
