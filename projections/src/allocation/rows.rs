//! Allocations as rows.

use sqlx::{Row as _, postgres::PgRow};

use super::{AllocationRow, FreshAllocations, STATE};
use crate::{
    ReadModelError,
    fact::{ALLOCATION, Entry, Subject},
    model::{Cell, Model, Row},
    table::{count, json, parsed, position},
};

impl Row for AllocationRow {
    const MODEL: Model = Model::Allocations;
    const CATEGORIES: &'static [&'static str] = &[ALLOCATION];
    const COLUMNS: &'static [(&'static str, &'static str)] = &[
        ("noms", "text"),
        ("version", "bigint"),
        ("position", "bigint"),
        ("announced", "bigint"),
        ("announced_by", "uuid"),
        ("state", "text"),
    ];
    const STATE: &'static str = STATE;
    const KEY_HOLDER: &'static str = "noms";

    fn empty(subject: Subject) -> Option<Self> {
        match subject {
            Subject::Prisoner(noms) => Some(Self::new(noms)),
            Subject::Pom(..) => None,
        }
    }

    fn keep<'r>(fresh: &FreshAllocations, committed: impl Iterator<Item = &'r Self>) {
        fresh.keep(committed);
    }

    fn fold(&mut self, entry: &Entry) {
        self.apply(entry);
    }

    fn cells(&self) -> Result<Vec<Cell>, serde_json::Error> {
        Ok(vec![
            Some(self.noms.to_string()),
            Some(self.version.to_string()),
            Some(self.position.to_string()),
            Some(self.announced.to_string()),
            self.announced_by.map(|id| id.to_string()),
            Some(serde_json::to_string(&self.state)?),
        ])
    }

    fn restore(row: &PgRow) -> Result<(Subject, Self), ReadModelError> {
        let noms = parsed(row, "noms")?;
        let restored = Self {
            noms,
            version: count(row, "version")?,
            position: position(row, "position")?,
            announced: count(row, "announced")?,
            announced_by: row.try_get("announced_by")?,
            state: json(row, "state")?,
        };
        Ok((Subject::Prisoner(noms), restored))
    }
}
