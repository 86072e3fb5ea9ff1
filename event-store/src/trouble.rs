//! What went wrong between us and the database, and so what may be done about it.

use std::sync::Arc;

/// Why a group commit did not succeed.
#[derive(Debug)]
pub(crate) enum Trouble {
    /// The connection is gone: connect again and repeat; receipts keep that from doing anything twice.
    Lost(Arc<str>),
    /// The database is there but cannot do it now: tell the callers.
    Unable(Arc<str>),
    /// A value was refused: find the request it belongs to.
    Refused(Arc<str>),
}

/// Beside failures of the connection: a server that shuts down or starts, limits at which it ends a session or a transaction, a
/// database that was dropped, and a server that became read-only under us.
const ENDS_THE_SESSION: [&str; 8] = [
    "57P01", "57P02", "57P03", "57P04", "57P05", "25P03", "25P04", "25006",
];

impl From<sqlx::Error> for Trouble {
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
                        Self::Refused(format!("the database refused a value{rule} (SQLSTATE {code})").into())
                    }
                    "08" => Self::Lost(described(&error)),
                    _ if ENDS_THE_SESSION.contains(&&*code) => Self::Lost(described(&error)),
                    _ => Self::Unable(described(&error)),
                }
            }
            sqlx::Error::Encode(_) => Self::Refused("a value cannot be sent to the database".into()),
            sqlx::Error::Decode(_) | sqlx::Error::ColumnDecode { .. } => Self::Unable(described(&error)),
            _ => Self::Lost(described(&error)),
        }
    }
}

/// What an operator is told: database messages without the values they may quote.
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
