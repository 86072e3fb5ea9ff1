//! Storing what was received.

use chrono::{DateTime, Utc};
use sqlx::PgPool;

/// Where a message stands when it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Disposition {
    /// It waits to take effect.
    Kept {
        /// Whom it is about: a NOMS number.
        person: String,
        /// When it happened, UTC, when it says so.
        occurred_at: Option<DateTime<Utc>>,
    },
    /// Nobody acts on it.
    Ignored {
        /// Why.
        reason: &'static str,
    },
    /// It is not understood, and waits for an operator.
    Parked {
        /// Why.
        reason: String,
        /// Whom it is about, when it says so.
        person: Option<String>,
    },
}

/// A message to store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arrival {
    /// Its publisher's id; at most 200 printable characters.
    pub message_id: String,
    /// Tells a repetition from another message; at most 200 printable characters.
    pub deduplication_id: String,
    /// Its type, when it says so; at most 200 printable characters.
    pub event_type: Option<String>,
    /// Where it stands.
    pub disposition: Disposition,
    /// The body as the queue handed it over.
    pub body: Vec<u8>,
}

// A message that is there already stays as it is: its repetition is acknowledged like itself.
const KEEP: &str = "
    insert into es.inbox_message
        (queue, message_id, deduplication_id, event_type, person, occurred_at, state, reason, body, settled_at)
    select $1, message_id, deduplication_id, event_type, person, occurred_at, state, reason, body,
        case state when 'ignored' then clock_timestamp() end
    from unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::timestamptz[], $7::text[], $8::text[], $9::bytea[])
        with ordinality as given (message_id, deduplication_id, event_type, person, occurred_at, state, reason, body, ordinal)
    order by ordinal
    on conflict (queue, deduplication_id) do nothing
    returning deduplication_id, person, state";

// In the order of persons, like whoever else locks several rows. The update changes nothing and locks the row: whoever
// ends a person's work at this moment sees the new message, or leaves the row to us.
const ADD_WORK: &str = "
    insert into es.work (person)
    select distinct person from unnest($1::text[]) as given (person) order by person
    on conflict (person) do update set due_at = work.due_at";

const READY: &str = "select not pg_is_in_recovery() and current_setting('transaction_read_only') = 'off'";

/// Stores messages of a queue, all or none, together with the work that they make; the deduplication ids of those that are new.
///
/// # Errors
/// When the database does not store them.
pub async fn keep(pool: &PgPool, queue: &str, arrivals: &[Arrival]) -> Result<Vec<String>, sqlx::Error> {
    let mut columns = Columns::default();
    for arrival in arrivals {
        columns.add(arrival);
    }
    let mut transaction = pool.begin().await?;
    let kept: Vec<(String, Option<String>, String)> = sqlx::query_as(KEEP)
        .bind(queue)
        .bind(columns.message_ids)
        .bind(columns.deduplication_ids)
        .bind(columns.event_types)
        .bind(columns.persons)
        .bind(columns.times)
        .bind(columns.states)
        .bind(columns.reasons)
        .bind(columns.bodies)
        .fetch_all(&mut *transaction)
        .await?;
    let waiting = |(_, person, state): &(String, Option<String>, String)| {
        person.clone().filter(|_| state.as_str() == "kept")
    };
    let persons: Vec<String> = kept.iter().filter_map(waiting).collect();
    if !persons.is_empty() {
        sqlx::query(ADD_WORK)
            .bind(persons)
            .execute(&mut *transaction)
            .await?;
    }
    transaction.commit().await?;
    Ok(kept.into_iter().map(|(id, ..)| id).collect())
}

/// Whether the database answers and takes writes.
///
/// # Errors
/// When it does not answer.
pub async fn ready(pool: &PgPool) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar(READY).fetch_one(pool).await
}

#[derive(Default)]
struct Columns {
    message_ids: Vec<String>,
    deduplication_ids: Vec<String>,
    event_types: Vec<Option<String>>,
    persons: Vec<Option<String>>,
    times: Vec<Option<DateTime<Utc>>>,
    states: Vec<&'static str>,
    reasons: Vec<Option<String>>,
    bodies: Vec<Option<Vec<u8>>>,
}

impl Columns {
    fn add(&mut self, arrival: &Arrival) {
        let (state, person, time, reason) = match &arrival.disposition {
            Disposition::Kept { person, occurred_at } => ("kept", Some(person.clone()), *occurred_at, None),
            Disposition::Ignored { reason } => ("ignored", None, None, Some((*reason).to_owned())),
            Disposition::Parked { reason, person } => ("parked", person.clone(), None, Some(reason.clone())),
        };
        self.message_ids.push(arrival.message_id.clone());
        self.deduplication_ids.push(arrival.deduplication_id.clone());
        self.event_types.push(arrival.event_type.clone());
        self.persons.push(person);
        self.times.push(time);
        self.reasons.push(reason);
        // What nobody acts on is not kept: it may hold anything about anybody.
        self.bodies
            .push((state != "ignored").then(|| arrival.body.clone()));
        self.states.push(state);
    }
}
