//! The keys of what is sealed: whose data can still be read, is.

use std::collections::HashMap;

use futures::TryStreamExt;
use sqlx::{PgConnection, Row, postgres::PgRow};

use super::{Finding, VerifyError, Wrong};
use crate::{
    MasterKey, Position,
    personal::{seal::SubjectKey, unseal},
};

/// Everybody's keys, by subject.
#[derive(Debug)]
pub(super) struct Keys(HashMap<String, Kept>);

#[derive(Debug)]
enum Kept {
    Opens(Box<SubjectKey>),
    /// Destroyed on erasure, or there is no master key to try it with.
    Closed,
    Damaged,
}

impl Keys {
    pub(super) async fn load(
        transaction: &mut PgConnection,
        master: Option<&MasterKey>,
    ) -> Result<Self, VerifyError> {
        let mut keys = HashMap::new();
        let mut rows =
            sqlx::query("select subject_id, wrapped_key, destroyed_at is not null from es.subject_key")
                .fetch(transaction);
        while let Some(row) = rows.try_next().await? {
            // Whatever bytes are there: an unreadable name is a name that nothing is sealed for.
            let subject = String::from_utf8_lossy(row.try_get_unchecked(0)?).into_owned();
            let kept = kept(&row, &subject, master)?;
            keys.insert(subject, kept);
        }
        Ok(Self(keys))
    }

    /// Whether each sealed value in a payload opens with its subject's key, unless that was destroyed.
    pub(super) fn check(&self, payload: &str) -> Result<(), Wrong> {
        for (subject, sealed) in unseal::sealed_values(payload) {
            match self.0.get(subject) {
                None => return Err(Wrong::NoKey(subject.to_owned())),
                Some(Kept::Closed) => {}
                Some(Kept::Opens(key)) if key.open(subject, sealed).is_ok() => {}
                Some(Kept::Opens(_) | Kept::Damaged) => return Err(Wrong::WrongKey(subject.to_owned())),
            }
        }
        Ok(())
    }

    /// How many keys open. One that does not, though nothing is sealed with it yet, spoils what comes next.
    pub(super) fn check_unused(&self, last: Position) -> Result<u64, VerifyError> {
        let damaged = self.0.iter().filter(|(_, kept)| matches!(kept, Kept::Damaged));
        if let Some(subject) = damaged.map(|(subject, _)| subject).min() {
            let wrong = Wrong::WrongKey(subject.clone());
            return Err(VerifyError::Broken(Finding::new(last.plus(1), None, wrong)));
        }
        let open = self.0.values().filter(|kept| matches!(kept, Kept::Opens(_)));
        Ok(u64::try_from(open.count()).unwrap_or(u64::MAX))
    }
}

fn kept(row: &PgRow, subject: &str, master: Option<&MasterKey>) -> Result<Kept, sqlx::Error> {
    let (wrapped, destroyed): (Option<&[u8]>, bool) = (row.try_get(1)?, row.try_get(2)?);
    Ok(match (wrapped, destroyed, master) {
        (None, true, _) | (Some(_), false, None) => Kept::Closed,
        (Some(wrapped), false, Some(master)) => SubjectKey::unwrap(master, subject, wrapped)
            .map_or(Kept::Damaged, |key| Kept::Opens(Box::new(key))),
        (None, false, _) | (Some(_), true, _) => Kept::Damaged,
    })
}
