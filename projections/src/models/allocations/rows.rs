//! Allocations as rows.

use sqlx::{Row as _, postgres::PgRow};

use super::{AllocationRow, AllocationView};
use crate::{
    Model, ReadModelError,
    engine::{
        columns::{Column, count, json, json_cell, parsed, position},
        row::Row,
    },
    envelope::{ALLOCATION, Envelope, RowKey},
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
    const STATE: &'static str = "noms, version, position, announced, announced_by, state::text";
    const KEY_HOLDER: &'static str = "noms";
    // The contract API answers from these rows, and a message makes its receivers call it.
    const GATES_MESSAGES: bool = true;

    type Recent = AllocationView;

    fn empty(key: RowKey) -> Option<Self> {
        match key {
            RowKey::Prisoner(noms) => Some(Self::new(noms)),
            RowKey::Pom(..) => None,
        }
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

    fn recent(&self) -> Option<AllocationView> {
        Some(self.clone().into())
    }
}
