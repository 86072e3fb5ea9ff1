//! The peer: a stock cqrs-es framework on a stock postgres-es repository, doing the same commands.

use std::sync::Arc;

use chrono::Utc;
use cqrs_es::{CqrsFramework, persist::PersistedEventStore};
use domain::{
    Personal, PomPosition, PomStatus, RoshLevel, Tier,
    allocation::{AllocatePrimary, Allocation, AllocationCommand, Candidate, PomSnapshot},
    policy::{OverrideForm, PolicyVersion, Recommendation},
};
use postgres_es::PostgresEventRepository;
use sqlx::{Executor, PgPool};

use crate::estate::{leeds, pom};

/// The tables of postgres-es, as its documentation makes them.
const TABLES: &str = "
    create table events (
        aggregate_type text not null, aggregate_id text not null, sequence bigint not null check (sequence >= 0),
        event_type text not null, event_version text not null, payload json not null, metadata json not null,
        primary key (aggregate_type, aggregate_id, sequence));
    create table snapshots (
        aggregate_type text not null, aggregate_id text not null, last_sequence bigint not null,
        current_snapshot bigint not null, payload json not null,
        primary key (aggregate_type, aggregate_id, last_sequence))";

pub(crate) type Stock =
    Arc<CqrsFramework<Allocation, PersistedEventStore<PostgresEventRepository, Allocation>>>;

/// The framework over fresh tables.
pub(crate) async fn framework(pool: &PgPool) -> Stock {
    pool.execute(TABLES).await.unwrap();
    let repository = PostgresEventRepository::new(pool.clone());
    Arc::new(CqrsFramework::new(
        PersistedEventStore::new_event_store(repository),
        Vec::new(),
        (),
    ))
}

/// The n-th command about a case, with the facts that the bus would have found.
pub(crate) fn command(n: u64) -> AllocationCommand {
    AllocationCommand::AllocatePrimary(Box::new(AllocatePrimary {
        prison: leeds(),
        prisoner_at: Some(leeds()),
        inside_policy: true,
        candidate: Some(Candidate {
            pom: PomSnapshot {
                staff_id: pom(n),
                forename: "ANN".to_owned(),
                surname: "PROBATION".to_owned(),
                email: Some(Personal::Known("ann@example.invalid".to_owned())),
                position: PomPosition::Probation,
            },
            status: PomStatus::Active,
        }),
        tier: Some(Tier::A),
        rosh: Some(RoshLevel::High),
        information_complete: true,
        recommendation: Recommendation::Probation,
        policy: PolicyVersion::RoshBased,
        override_form: OverrideForm::default(),
        note: None,
        at: Utc::now(),
    }))
}
