//! What the audit cannot show: what does not follow from the events.

/// A part of a table in schema `es` of which a change does not show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotShown {
    /// The table.
    pub table: &'static str,
    /// What of it.
    pub part: Part,
    /// Why.
    pub why: &'static str,
}

/// What of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// All columns, and whole rows.
    All,
    /// These columns.
    Columns(&'static [&'static str]),
    /// Whole rows of this kind, which may be added and removed.
    Rows(&'static str),
}

const fn not_shown(table: &'static str, part: Part, why: &'static str) -> NotShown {
    NotShown { table, part, why }
}

/// All of it. Every other column is compared with the events, or follows from them.
pub const NOT_SHOWN: &[NotShown] = &[
    not_shown("head", Part::Columns(&["epoch"]), "nothing reads it"),
    not_shown(
        "stream",
        Part::Columns(&["published", "published_at"]),
        "how many messages were announced does not stand in the events",
    ),
    not_shown(
        "command",
        Part::Columns(&["request_hash"]),
        "what a command asked for does not stand in the events",
    ),
    not_shown(
        "command",
        Part::Rows("receipts without positions"),
        "a command that changed nothing has no events",
    ),
    not_shown(
        "subject_key",
        Part::Columns(&["created_at", "destroyed_at", "reason"]),
        "when a key was made, and when and why it was destroyed, does not stand in the events",
    ),
    not_shown(
        "subject_key",
        Part::Rows("keys with which nothing is sealed"),
        "no event needs them",
    ),
    not_shown(
        "outbox",
        Part::All,
        "what waits to be sent does not stand in the events",
    ),
    not_shown("parked_key", Part::All, "as the outbox"),
    not_shown("discarded_message", Part::All, "as the outbox"),
    not_shown(
        "inbox_message",
        Part::All,
        "messages of other services are hints; what came of them are events",
    ),
    not_shown("work", Part::All, "as the inbox"),
    not_shown("lease", Part::All, "who works now is no part of the past"),
    not_shown(
        "projection",
        Part::All,
        "a rebuild makes the read models from the events",
    ),
    not_shown(
        "follower",
        Part::All,
        "how far a process manager has come is no part of the past",
    ),
    not_shown(
        "task",
        Part::All,
        "what a process manager has left to do; what came of it are events",
    ),
    not_shown("checkpoint", Part::All, "nothing is kept there"),
];
