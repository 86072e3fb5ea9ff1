//! POMs as rows.

use domain::StaffId;
use sqlx::{Row as _, postgres::PgRow};

use super::PomRow;
use crate::{
    ReadModelError,
    fact::{Entry, POM, Subject},
    model::{Cell, Model, Row},
    table::{count, json, parsed, position},
};

impl Row for PomRow {
    const MODEL: Model = Model::Poms;
    const CATEGORIES: &'static [&'static str] = &[POM];
    const COLUMNS: &'static [(&'static str, &'static str)] = &[
        ("key", "text"),
        ("prison", "text"),
        ("staff_id", "integer"),
        ("version", "bigint"),
        ("position", "bigint"),
        ("status", "text"),
        ("pom", "text"),
    ];
    const STATE: &'static str = "prison, staff_id, version, position, pom::text";
    const KEY_HOLDER: &'static str = "'staff-' || staff_id";

    fn empty(subject: Subject) -> Option<Self> {
        match subject {
            Subject::Pom(prison, staff) => Some(Self::new(prison, staff)),
            Subject::Prisoner(_) => None,
        }
    }

    fn fold(&mut self, entry: &Entry) {
        self.apply(entry);
    }

    fn cells(&self) -> Result<Vec<Cell>, serde_json::Error> {
        Ok(vec![
            Some(Subject::Pom(self.prison, self.staff).to_string()),
            Some(self.prison.to_string()),
            Some(self.staff.to_string()),
            Some(self.version.to_string()),
            Some(self.position.to_string()),
            self.pom.status.map(|status| status.code().to_owned()),
            Some(serde_json::to_string(&self.pom)?),
        ])
    }

    fn restore(row: &PgRow) -> Result<(Subject, Self), ReadModelError> {
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
        Ok((Subject::Pom(restored.prison, staff), restored))
    }
}
