//! Allocations as rows.

use sqlx::{Row as _, postgres::PgRow};

use super::{AllocationRow, STATE};
use crate::{
    Model, ReadModelError,
    engine::{
        recent_rows::RecentRows,
        row::{Column, Row, json_cell},
        table::{count, json, parsed, position},
    },
    fact::{ALLOCATION, Envelope, RowKey},
};

impl Row for AllocationRow {
    const MODEL: Model = Model::Allocations;
    const CATEGORIES: &'static [&'static str] = &[ALLOCATION];
    const COLUMNS: &'static [Column<Self>] = &[
        Column::new("noms", "text", &[], |row| Ok(Some(row.noms.to_string()))),
        Column::new("version", "bigint", &[ALLOCATION], |row| {
            Ok(Some(row.version.to_string()))
        }),
        Column::new("position", "bigint", &[ALLOCATION], |row| {
            Ok(Some(row.position.to_string()))
        }),
        Column::new("announced", "bigint", &[ALLOCATION], |row| {
            Ok(Some(row.announced.to_string()))
        }),
        Column::new("announced_by", "uuid", &[ALLOCATION], |row| {
            Ok(row.announced_by.map(|id| id.to_string()))
        }),
        Column::new("state", "text", &[ALLOCATION], |row| json_cell(&row.state)),
    ];
    const STATE: &'static str = STATE;
    const KEY_HOLDER: &'static str = "noms";

    fn empty(key: RowKey) -> Option<Self> {
        match key {
            RowKey::Prisoner(noms) => Some(Self::new(noms)),
            RowKey::Pom(..) => None,
        }
    }

    fn keep<'r>(recent: &RecentRows, committed: impl Iterator<Item = &'r Self>) {
        recent.keep_allocations(committed);
    }

    fn fold(&mut self, envelope: &Envelope) {
        self.apply(envelope);
    }

    fn restore(row: &PgRow) -> Result<(RowKey, Self), ReadModelError> {
        let noms = parsed(row, "noms")?;
        let restored = Self {
            noms,
            version: count(row, "version")?,
            position: position(row, "position")?,
            announced: count(row, "announced")?,
            announced_by: row.try_get("announced_by")?,
            state: json(row, "state")?,
        };
        Ok((RowKey::Prisoner(noms), restored))
    }
}
