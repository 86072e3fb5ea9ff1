//! The peer: a stock cqrs-es framework on a stock postgres-es repository, doing the same commands.

use chrono::Utc;
use cqrs_es::{Aggregate, CqrsFramework, EventStore, persist::PersistedEventStore};
use domain::{
    NomsNumber, StaffId,
    allocation::{AllocatePrimary, Allocation, AllocationCommand, Candidate, PomSnapshot},
    case::{Case, CaseCommand, InformationSource},
    london_date,
    policy::{CaseFacts, OverrideForm, PolicyVersion, recommend},
    pom::Pom,
    prisoner::{Prisoner, PrisonerCommand},
};
use futures::{StreamExt, stream};
use postgres_es::PostgresEventRepository;
use sqlx::{Executor, PgPool};

use crate::estate::{self, POMS, leeds, noms, pom};

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

type Framework<A> = CqrsFramework<A, PersistedEventStore<PostgresEventRepository, A>>;

/// The framework, with the four aggregates on which an allocation rests.
pub(crate) struct Stock {
    allocations: Framework<Allocation>,
    prisoners: PersistedEventStore<PostgresEventRepository, Prisoner>,
    cases: PersistedEventStore<PostgresEventRepository, Case>,
    poms: PersistedEventStore<PostgresEventRepository, Pom>,
}

impl Stock {
    /// The framework over fresh tables, with the same POMs and cases as the bus has.
    pub(crate) async fn prepared(pool: &PgPool, prisoners: usize) -> Self {
        pool.execute(TABLES).await.unwrap();
        for staff in POMS {
            let key = pom_key(StaffId::try_from(staff).unwrap());
            record::<Pom>(pool, &key, estate::onboarding()).await;
        }
        stream::iter((0..prisoners).map(noms))
            .for_each_concurrent(16, |noms| async move {
                let key = noms.to_string();
                record::<Prisoner>(pool, &key, PrisonerCommand::Observe(Box::new(estate::facts()))).await;
                let (information, source) = (estate::information(), InformationSource::Delius);
                record::<Case>(pool, &key, CaseCommand::Record { information, source }).await;
            })
            .await;
        Self {
            allocations: framework(pool),
            prisoners: store(pool),
            cases: store(pool),
            poms: store(pool),
        }
    }

    /// Does the n-th command about a case: reads the facts that it rests on, decides, commits.
    pub(crate) async fn execute(&self, noms: NomsNumber, n: u64) {
        let (key, staff) = (noms.to_string(), pom(n));
        let prisoner = self.prisoners.load_aggregate(&key).await.unwrap().aggregate;
        let case = self.cases.load_aggregate(&key).await.unwrap().aggregate;
        let pom = self.poms.load_aggregate(&pom_key(staff)).await.unwrap().aggregate;
        let now = Utc::now();
        let facts = prisoner.facts.unwrap();
        let details = pom.details.unwrap();
        let (recommendation, _) = recommend(
            PolicyVersion::RoshBased.strategy(),
            CaseFacts {
                immigration_case: facts.is_immigration_case(),
                pom_responsible: true,
                tier: case.information.tier,
                rosh: case.information.rosh,
            },
        );
        let request = AllocatePrimary {
            prison: leeds(),
            prisoner_at: facts.prison,
            inside_policy: facts.is_inside_policy(london_date(now)),
            candidate: Some(Candidate {
                pom: PomSnapshot {
                    staff_id: staff,
                    forename: details.forename,
                    surname: details.surname,
                    email: details.email,
                    position: pom.position.unwrap(),
                },
                status: pom.status.unwrap(),
            }),
            tier: case.information.tier,
            rosh: case.information.rosh,
            missing: case.missing(PolicyVersion::RoshBased, false),
            recommendation,
            assumes_pom_responsible: true,
            policy: PolicyVersion::RoshBased,
            override_form: OverrideForm::default(),
            note: None,
            at: now,
        };
        self.allocations
            .execute(&key, AllocationCommand::AllocatePrimary(Box::new(request)))
            .await
            .unwrap();
    }
}

fn store<A: Aggregate>(pool: &PgPool) -> PersistedEventStore<PostgresEventRepository, A> {
    PersistedEventStore::new_event_store(PostgresEventRepository::new(pool.clone()))
}

fn framework<A: Aggregate<Services = ()>>(pool: &PgPool) -> Framework<A> {
    CqrsFramework::new(store(pool), Vec::new(), ())
}

async fn record<A: Aggregate<Services = ()>>(pool: &PgPool, key: &str, command: A::Command) {
    framework::<A>(pool).execute(key, command).await.unwrap();
}

fn pom_key(staff: StaffId) -> String {
    format!("{}-{staff}", leeds())
}
