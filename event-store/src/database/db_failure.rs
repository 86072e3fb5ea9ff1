//! Failures of the database, by what can be done about them.

use std::sync::Arc;

/// Why a group commit did not succeed.
#[derive(Debug)]
pub(crate) enum DbFailure {
    /// The connection is gone: connect and repeat. Receipts keep a repetition from recording anything twice.
    Disconnected(Arc<str>),
    /// The database answers but cannot do it now: the callers get an error.
    Unavailable(Arc<str>),
    /// A value was rejected: find its request.
    Rejected(Arc<str>),
}

/// Beside failures of the connection: a server that shuts down or starts, a time limit that ended a session or a transaction, a
/// dropped database, and a server that became read-only.
const ENDS_THE_SESSION: [&str; 8] = [
    "57P01", "57P02", "57P03", "57P04", "57P05", "25P03", "25P04", "25006",
];

impl From<sqlx::Error> for DbFailure {
    fn from(error: sqlx::Error) -> Self {
        match &error {
            sqlx::Error::Database(database) => {
                let code = database.code().unwrap_or_default();
                match code.get(..2).unwrap_or_default() {
                    // Messages of these classes quote values, which may be personal: the code has to do.
                    "22" | "23" | "54" => {
                        let rule = database
                            .constraint()
                            .map(|name| format!(" by {name}"))
                            .unwrap_or_default();
                        Self::Rejected(format!("the database refused a value{rule} (SQLSTATE {code})").into())
                    }
                    "08" => Self::Disconnected(described(&error)),
                    _ if ENDS_THE_SESSION.contains(&&*code) => Self::Disconnected(described(&error)),
                    _ => Self::Unavailable(described(&error)),
                }
            }
            sqlx::Error::Encode(_) => Self::Rejected("a value cannot be sent to the database".into()),
            sqlx::Error::Decode(_) | sqlx::Error::ColumnDecode { .. } => Self::Unavailable(described(&error)),
            _ => Self::Disconnected(described(&error)),
        }
    }
}

/// The error for an operator: the database's message without the values it may quote.
pub(crate) fn described(error: &sqlx::Error) -> Arc<str> {
    match error {
        sqlx::Error::Database(database) => format!(
            "{} (SQLSTATE {})",
            database.message(),
            database.code().unwrap_or_default()
        )
        .into(),
        other => other.to_string().into(),
    }
}
