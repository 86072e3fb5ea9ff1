//! POMs as rows.

use std::convert::Infallible;

use domain::StaffId;
use sqlx::{Row as _, postgres::PgRow};

use super::PomRow;
use crate::{
    Model, ReadModelError,
    engine::{
        columns::{Column, count, json, json_cell, parsed, position},
        row::Row,
    },
    envelope::{Envelope, POM, RowKey},
};

impl Row for PomRow {
    const MODEL: Model = Model::Poms;
    const CATEGORIES: &'static [&'static str] = &[POM];
    const COLUMNS: &'static [Column<Self>] = &[
        Column::new("key", "text", &[], |row| {
            Ok(Some(RowKey::Pom(row.prison, row.staff).to_string()))
        }),
        Column::new("prison", "text", &[], |row| Ok(Some(row.prison.to_string()))),
        Column::new("staff_id", "integer", &[], |row| Ok(Some(row.staff.to_string()))),
        Column::new("version", "bigint", &[POM], |row| {
            Ok(Some(row.version.to_string()))
        }),
        Column::new("position", "bigint", &[POM], |row| {
            Ok(Some(row.position.to_string()))
        }),
        Column::new("status", "text", &[POM], |row| {
            Ok(row.pom.status.map(|status| status.code().to_owned()))
        }),
        Column::new("pom", "text", &[POM], |row| json_cell(&row.pom)),
    ];
    const STATE: &'static str = "prison, staff_id, version, position, pom::text";
    const KEY_HOLDER: &'static str = "'staff-' || staff_id";

    type Recent = Infallible;

    fn empty(key: RowKey) -> Option<Self> {
        match key {
            RowKey::Pom(prison, staff) => Some(Self::new(prison, staff)),
            RowKey::Prisoner(_) => None,
        }
    }

    fn fold(&mut self, envelope: &Envelope) {
        self.apply(envelope);
    }

    fn restore(row: &PgRow) -> Result<(RowKey, Self), ReadModelError> {
        let staff: i32 = row.try_get("staff_id")?;
        let staff = StaffId::try_from(i64::from(staff));
        let staff = staff.map_err(|_| ReadModelError::Damaged("the key of a POM".into()))?;
        let restored = Self {
            prison: parsed(row, "prison")?,
            staff,
            version: count(row, "version")?,
            position: position(row, "position")?,
            pom: json(row, "pom")?,
        };
        Ok((RowKey::Pom(restored.prison, staff), restored))
    }
}
