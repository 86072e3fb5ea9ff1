//! A stock `CqrsFramework` on our stores, and stock postgres-es on the same log through its view.

use std::{collections::HashMap, sync::Arc};

use cqrs_es::{
    Aggregate, AggregateError, CqrsFramework, DomainEvent, EventEnvelope, EventStore,
    event_sink::EventSink,
    persist::{EventUpcaster, PersistedEventStore, SemanticVersionEventUpcaster},
};
use event_store::{CqrsStore, Expected, Log, MemoryLog, NewEvent, StreamId, StreamWrite, audit};
use futures::future::join_all;
use postgres_es::PostgresEventRepository;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sqlx::Executor;
use uuid::Uuid;

use crate::support::{Store, event, request, write};

#[derive(Debug, Default, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Counter {
    total: i64,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) enum Counted {
    Added { amount: i64, note: String },
    Cleared,
    Noted(Value),
}

impl DomainEvent for Counted {
    fn event_type(&self) -> String {
        match self {
            Self::Added { .. } => "Added".to_owned(),
            Self::Cleared => "Cleared".to_owned(),
            Self::Noted(_) => "Noted".to_owned(),
        }
    }

    fn event_version(&self) -> String {
        "1".to_owned()
    }
}

pub(crate) enum Count {
    Add(i64),
    AddThenClear(i64),
    Nothing,
    Refuse,
}

#[derive(Debug, PartialEq, thiserror::Error)]
#[error("refused")]
pub(crate) struct Refused;

impl Aggregate for Counter {
    const TYPE: &'static str = "counter";
    type Command = Count;
    type Event = Counted;
    type Error = Refused;
    type Services = ();

    async fn handle(&mut self, command: Count, (): &(), sink: &EventSink<Self>) -> Result<(), Refused> {
        let added = |amount| Counted::Added {
            amount,
            note: "naïve \"note\" \t\u{1} \u{1f600}".to_owned(),
        };
        match command {
            Count::Add(amount) => sink.write(added(amount), self).await,
            Count::AddThenClear(amount) => {
                sink.write(added(amount), self).await;
                sink.write(Counted::Cleared, self).await;
            }
            Count::Nothing => {}
            Count::Refuse => return Err(Refused),
        }
        Ok(())
    }

    fn apply(&mut self, event: Counted) {
        match event {
            Counted::Added { amount, .. } => self.total += amount,
            Counted::Cleared => self.total = 0,
            Counted::Noted(_) => {}
        }
    }
}

/// Whose key seals what is personal in a counter: that of whoever counts, whatever they count.
fn subject(_: &StreamId) -> String {
    "staff-7".to_owned()
}

/// The contract of a cqrs-es event store. `make` gives a handle on the same events each time.
async fn contract<S: EventStore<Counter>>(make: impl Fn() -> S) {
    let framework = CqrsFramework::new(make(), vec![], ());
    framework.execute("C-1", Count::Add(3)).await.unwrap();
    framework.execute("C-1", Count::AddThenClear(5)).await.unwrap();
    framework.execute("C-1", Count::Nothing).await.unwrap();
    assert!(matches!(
        framework.execute("C-1", Count::Refuse).await,
        Err(AggregateError::UserError(Refused))
    ));
    let metadata = HashMap::from([
        ("actorKind".to_owned(), "user".to_owned()),
        ("actorId".to_owned(), "MOIC_POM".to_owned()),
        ("prison".to_owned(), "LEI".to_owned()),
        ("occurredAt".to_owned(), "2026-03-02T12:00:00Z".to_owned()),
    ]);
    framework
        .execute_with_metadata("C-1", Count::Add(4), metadata.clone())
        .await
        .unwrap();
    framework.execute("C-2", Count::Add(9)).await.unwrap();

    let mut loaded = make().load_aggregate("C-1").await.unwrap();
    assert_eq!(
        cqrs_es::AggregateContext::aggregate(&mut loaded),
        &mut Counter { total: 4 }
    );
    let events = make().load_events("C-1").await.unwrap();
    assert_eq!(
        events.iter().map(|event| event.sequence).collect::<Vec<_>>(),
        [1, 2, 3, 4]
    );
    assert_eq!(events[2].payload, Counted::Cleared);
    for (name, value) in &metadata {
        assert_eq!(events[3].metadata.get(name), Some(value), "{name}");
    }
    assert_eq!(
        events[0].metadata.get("actorKind").map(String::as_str),
        Some("system")
    );
    assert!(make().load_events("nobody").await.unwrap().is_empty());

    let stale = make().load_aggregate("C-2").await.unwrap();
    framework.execute("C-2", Count::Add(1)).await.unwrap();
    let late = make().commit(vec![Counted::Cleared], stale, HashMap::new()).await;
    assert!(
        matches!(late, Err(AggregateError::AggregateConflict)),
        "{:?}",
        late.err()
    );

    let racing = join_all((0..8).map(|_| framework.execute("C-3", Count::Add(1)))).await;
    let won = racing.iter().filter(|outcome| outcome.is_ok()).count();
    assert!(
        racing
            .iter()
            .all(|o| matches!(o, Ok(()) | Err(AggregateError::AggregateConflict)))
    );
    assert_eq!(
        make().load_events("C-3").await.unwrap().len(),
        won,
        "each success is one event"
    );
}

#[tokio::test]
async fn our_store_over_memory_keeps_the_contract() {
    let log = MemoryLog::new();
    contract(|| CqrsStore::new(Arc::new(log.clone()), subject)).await;
}

#[tokio::test]
async fn our_store_over_postgres_keeps_the_contract() {
    let store = Store::fresh().await;
    contract(|| CqrsStore::new(store.shared(), subject)).await;
    audit::verify(&store.app, None, |_| ()).await.unwrap();
}

fn as_command(id: Uuid) -> HashMap<String, String> {
    HashMap::from([("commandId".to_owned(), id.to_string())])
}

fn sequences<A: Aggregate>(events: &[EventEnvelope<A>]) -> Vec<usize> {
    events.iter().map(|event| event.sequence).collect()
}

#[tokio::test]
async fn a_command_that_comes_again_is_answered_with_what_was_recorded() {
    let store = CqrsStore::new(Arc::new(MemoryLog::new()), subject);
    let command = as_command(Uuid::now_v7());
    let commit = async |events: Vec<Counted>, metadata| {
        let now = EventStore::<Counter>::load_aggregate(&store, "C-1")
            .await
            .unwrap();
        EventStore::<Counter>::commit(&store, events, now, metadata)
            .await
            .unwrap()
    };
    let twice = vec![Counted::Cleared, Counted::Cleared];
    let first = commit(twice.clone(), command.clone()).await;
    commit(vec![Counted::Cleared], HashMap::new()).await;
    let again = commit(twice, command).await;
    assert_eq!((sequences(&first), sequences(&again)), (vec![1, 2], vec![1, 2]));
    assert_eq!(again[0].metadata, first[0].metadata);
    let all = EventStore::<Counter>::load_events(&store, "C-1").await.unwrap();
    assert_eq!(sequences(&all), [1, 2, 3]);
}

/// In version 1 an addition was the amount alone; in version 2 the amount had another name.
fn upcasters() -> Vec<Box<dyn EventUpcaster>> {
    let named = |payload: Value| json!({"Added": {"sum": payload["Added"], "note": ""}});
    let renamed = |payload: Value| {
        let Value::Object(mut added) = payload["Added"].clone() else {
            return payload;
        };
        let sum = added.remove("sum");
        added.insert("amount".to_owned(), sum.unwrap_or_default());
        json!({ "Added": added })
    };
    let upcaster = |to, lift| -> Box<dyn EventUpcaster> {
        Box::new(SemanticVersionEventUpcaster::new("Added", to, lift))
    };
    vec![
        upcaster("2.0.0", Box::new(named)),
        upcaster("3.0.0", Box::new(renamed)),
    ]
}

#[tokio::test]
async fn an_event_of_an_old_version_passes_through_every_upcaster_from_its_version_on() {
    let log = MemoryLog::new();
    let payloads = [
        (1, json!({"Added": 3})),
        (2, json!({"Added": {"sum": 4, "note": ""}})),
        (3, json!({"Added": {"amount": 5, "note": ""}})),
    ];
    let events = payloads.map(|(schema_version, payload)| NewEvent {
        event_type: "Added".to_owned(),
        schema_version,
        ..event(payload)
    });
    let write = StreamWrite {
        events: events.into(),
        ..write(&StreamId::new("counter", "C-1"), Expected::Version(0), [])
    };
    log.append(request(vec![write])).await.unwrap();

    let store = CqrsStore::new(Arc::new(log), subject).with_upcasters(upcasters());
    let mut loaded = EventStore::<Counter>::load_aggregate(&store, "C-1")
        .await
        .unwrap();
    assert_eq!(
        cqrs_es::AggregateContext::<Counter>::aggregate(&mut loaded),
        &mut Counter { total: 12 }
    );
    let events = EventStore::<Counter>::load_events(&store, "C-1").await.unwrap();
    assert_eq!(sequences(&events), [1, 2, 3]);
}

#[tokio::test]
async fn what_is_personal_is_sealed_for_the_subject_that_the_store_was_told() {
    let store = Store::fresh().await;
    let ours = CqrsStore::new(store.shared(), subject);
    let noted = async || {
        let events = EventStore::<Counter>::load_events(&ours, "C-1").await.unwrap();
        events[0].payload.clone()
    };
    let note = Counted::Noted(json!({"$personal": "met his sister"}));
    let empty = EventStore::<Counter>::load_aggregate(&ours, "C-1").await.unwrap();
    EventStore::<Counter>::commit(&ours, vec![note.clone()], empty, HashMap::new())
        .await
        .unwrap();
    assert_eq!(noted().await, note);
    store.log.keyring().erase("staff-7", "they left").await.unwrap();
    assert_eq!(noted().await, Counted::Noted(json!({"$withheld": true})));
}

pub(crate) fn stock(store: &Store) -> PersistedEventStore<PostgresEventRepository, Counter> {
    let repository =
        PostgresEventRepository::new(store.owner.clone()).with_tables("es.cqrs_events", "es.no_snapshots");
    PersistedEventStore::new_event_store(repository)
}

#[tokio::test]
async fn stock_postgres_es_keeps_the_contract_and_the_chain_once_its_inserts_are_allowed() {
    let store = Store::fresh().await;
    store
        .owner
        .execute("select es.enable_cqrs_inserts()")
        .await
        .unwrap();
    contract(|| stock(&store)).await;
    let verified = audit::verify(&store.app, None, |_| ()).await.unwrap();
    assert_eq!(verified.head, store.log.head().await.unwrap());
}

#[tokio::test]
async fn stock_postgres_es_and_our_store_share_one_log() {
    let store = Store::fresh().await;
    store
        .owner
        .execute("select es.enable_cqrs_inserts()")
        .await
        .unwrap();
    let (ours, theirs) = (
        CqrsFramework::<Counter, _>::new(CqrsStore::new(store.shared(), subject), vec![], ()),
        CqrsFramework::new(stock(&store), vec![], ()),
    );
    for amount in 1..=5 {
        ours.execute("C-1", Count::Add(amount)).await.unwrap();
        theirs.execute("C-1", Count::Add(amount)).await.unwrap();
    }
    let here: Vec<_> = EventStore::<Counter>::load_events(&CqrsStore::new(store.shared(), subject), "C-1")
        .await
        .unwrap();
    let there = stock(&store).load_events("C-1").await.unwrap();
    assert_eq!(here.len(), 10);
    for (here, there) in here.iter().zip(&there) {
        assert_eq!(
            (here.sequence, &here.payload, &here.metadata),
            (there.sequence, &there.payload, &there.metadata)
        );
    }
    audit::verify(&store.app, None, |_| ()).await.unwrap();

    store
        .owner
        .execute("select es.disable_cqrs_inserts()")
        .await
        .unwrap();
    assert!(
        theirs.execute("C-1", Count::Add(1)).await.is_err(),
        "read-only again"
    );
    assert_eq!(stock(&store).load_events("C-1").await.unwrap().len(), 10);
}
