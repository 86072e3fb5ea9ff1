//! Retention: what is done loses its body after 30 days and goes after 35; what an erased person left goes at once.

use sqlx::PgPool;

/// What was forgotten.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Forgotten {
    /// How many bodies.
    pub bodies: u64,
    /// How many messages.
    pub messages: u64,
}

const BODIES: &str = "
    update es.inbox_message set body = null
    where body is not null and state in ('effective', 'ignored', 'discarded')
    and settled_at < clock_timestamp() - interval '30 days'";

// Longer than a queue and its dead letters keep a message, 14 days each: until then a repetition is known as one.
const MESSAGES: &str = "
    delete from es.inbox_message
    where state in ('effective', 'ignored', 'discarded') and received_at < clock_timestamp() - interval '35 days'";

// What still waits is done first: it says that somebody left, and the allocation has to end all the same.
const ERASED: &str = "
    delete from es.inbox_message using es.subject_key
    where subject_key.subject_id = inbox_message.person and subject_key.wrapped_key is null
    and inbox_message.state in ('effective', 'ignored', 'discarded')";

/// Forgets what is past its time.
///
/// # Errors
/// When the database does not answer.
pub async fn forget(pool: &PgPool) -> Result<Forgotten, sqlx::Error> {
    let bodies = sqlx::query(BODIES).execute(pool).await?.rows_affected();
    let old = sqlx::query(MESSAGES).execute(pool).await?.rows_affected();
    let erased = sqlx::query(ERASED).execute(pool).await?.rows_affected();
    Ok(Forgotten {
        bodies,
        messages: old.saturating_add(erased),
    })
}
