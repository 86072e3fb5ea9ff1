//! Parts of statements that read the log's tables together with tables of other rooms, so that both are seen at one moment.

/// The log's newest `position`, as a table with one row.
pub const HEAD: &str = "(select position from es.head)";

/// The end of each stream: `stream_id`, `version`, `last_position`.
pub const STREAM_ENDS: &str = "(select stream_id, version, last_position from es.stream)";

/// The people whose keys are destroyed: `subject_id`, `destroyed_at`.
pub const ERASED_SUBJECTS: &str =
    "(select subject_id, destroyed_at from es.subject_key where destroyed_at is not null)";

/// The time at which the event at a position was recorded; null when there is none.
#[must_use]
pub fn recorded_at(position: &str) -> String {
    format!("(select recorded_at from es.event where event.position = {position})")
}

/// Whether the log holds this event: a log that was restored to an earlier time may have lost it.
#[must_use]
pub fn holds_event(position: &str, hash: &str) -> String {
    format!("exists (select from es.event where position = {position} and hash = {hash})")
}

/// Copies these columns of all events up to a position, in order and in binary, to the client.
#[must_use]
pub fn copy_events(columns: &str, up_to: crate::Position) -> String {
    format!(
        "copy (select {columns} from es.event where position <= {up_to} order by position) to stdout (format binary)"
    )
}
