//! Cases as rows.

use std::fmt::Write as _;

use chrono::NaiveDate;
use domain::{
    Personal,
    names::{FOLDING, order_key, search_text},
    policy::PolicyVersion,
    prisoner::{PrisonerFacts, SentenceDates},
};
use sqlx::postgres::PgRow;

use super::{CasePrison, CaseRow, fold::Role, queries::RecentCase};
use crate::{
    Model, ReadModelError,
    engine::{
        columns::{Cell, Column, date_array, json, json_cell, parsed, position},
        row::Row,
    },
    envelope::{ALLOCATION, CASE, Envelope, PRISONER, RowKey},
};

impl Row for CaseRow {
    const MODEL: Model = Model::Cases;
    const CATEGORIES: &'static [&'static str] = &[PRISONER, CASE, ALLOCATION];
    const COLUMNS: &'static [Column<Self>] = &[
        Column::new("noms", "text", &[], |row| Ok(Some(row.noms.to_string()))),
        Column::new("position", "bigint", Self::CATEGORIES, |row| {
            Ok(Some(row.position.to_string()))
        }),
        Column::new("prisoner", "text", &[PRISONER], |row| json_cell(&row.prisoner)),
        Column::new("information", "text", &[CASE], |row| json_cell(&row.information)),
        Column::new("roles", "text", &[ALLOCATION], |row| json_cell(&row.roles)),
        Column::new("prison", "text", &[PRISONER], |row| {
            Ok(row.prison().map(String::from))
        }),
        Column::new("bucket_tier_based", "text", Self::CATEGORIES, |row| {
            Ok(row.bucket_cell(PolicyVersion::TierBased))
        }),
        Column::new("bucket_rosh_based", "text", Self::CATEGORIES, |row| {
            Ok(row.bucket_cell(PolicyVersion::RoshBased))
        }),
        Column::new("adult_on", "date", &[PRISONER], |row| Ok(Some(row.adult_on()))),
        Column::new("folding", "smallint", &[], |_| Ok(Some(FOLDING.to_string()))),
        Column::new("name_order", "bytea", &[PRISONER], |row| {
            Ok(Some(row.name_order()))
        }),
        Column::new("search_text", "text", &[PRISONER], |row| {
            Ok(Some(row.search_text()))
        }),
        Column::new("location_key", "text", &[PRISONER], |row| {
            Ok(Some(row.location_key()))
        }),
        Column::new("release_dates", "date[]", &[PRISONER], |row| {
            Ok(Some(row.release_dates()))
        }),
        Column::new("tier", "text", &[CASE], |row| Ok(row.tier())),
        Column::new("complexity", "text", &[CASE], |row| Ok(row.complexity())),
        Column::new("primary_staff", "integer", &[ALLOCATION], |row| {
            Ok(staff(row.roles.primary.as_ref()))
        }),
        Column::new("primary_on", "date", &[ALLOCATION], |row| {
            Ok(since(row.roles.primary.as_ref()))
        }),
        Column::new("primary_name_order", "bytea", &[ALLOCATION], |row| {
            Ok(Some(row.primary_name_order()))
        }),
        Column::new("coworking_staff", "integer", &[ALLOCATION], |row| {
            Ok(staff(row.roles.coworking.as_ref()))
        }),
        Column::new("coworking_on", "date", &[ALLOCATION], |row| {
            Ok(since(row.roles.coworking.as_ref()))
        }),
        Column::new("allocated_at", "text", &[ALLOCATION], |row| {
            Ok(row.roles.prison.map(String::from))
        }),
        Column::new("waiting_since", "date", &[PRISONER, ALLOCATION], |row| {
            Ok(row.waiting_since().map(|date| date.to_string()))
        }),
    ];
    const STATE: &'static str = "noms, position, prisoner::text, information::text, roles::text";
    const KEY_HOLDER: &'static str = "noms";

    type Recent = RecentCase;

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
            position: position(row, "position")?,
            prisoner: json(row, "prisoner")?,
            information: json(row, "information")?,
            roles: json(row, "roles")?,
        };
        Ok((RowKey::Prisoner(noms), restored))
    }

    fn recent(&self) -> Option<RecentCase> {
        Some(RecentCase {
            position: self.position,
            prison: CasePrison(self.case_prison()),
        })
    }

    fn outdated() -> Option<String> {
        Some(format!("folding <> {FOLDING}"))
    }
}

/// The columns that are derived from the state of the fold.
impl CaseRow {
    fn bucket_cell(&self, policy: PolicyVersion) -> Cell {
        self.adult_bucket(policy).map(|bucket| bucket.code().to_owned())
    }

    fn adult_on(&self) -> String {
        let date = self.facts().and_then(PrisonerFacts::adult_on);
        date.map_or_else(|| "infinity".to_owned(), |date| date.to_string())
    }

    /// First and last name; nothing where they are withheld.
    fn names(&self) -> (&str, &str) {
        let names = self
            .facts()
            .map(|facts| (known(&facts.first_name), known(&facts.last_name)));
        names.unwrap_or_default()
    }

    fn name_order(&self) -> String {
        let (first, last) = self.names();
        bytes(&order_key(last, first))
    }

    fn search_text(&self) -> String {
        let (first, last) = self.names();
        search_text(self.noms.as_str(), first, last)
    }

    fn location_key(&self) -> String {
        let location = self.facts().and_then(|facts| facts.location.as_ref()?.known());
        location
            .map(|location| location.to_lowercase())
            .unwrap_or_default()
    }

    fn release_dates(&self) -> String {
        let dates = self.facts().map(|facts| release_dates(&facts.dates));
        date_array(&dates.unwrap_or_default())
    }

    fn tier(&self) -> Cell {
        let tier = self.information.information.tier;
        tier.map(|tier| tier.code().to_owned())
    }

    fn complexity(&self) -> Cell {
        let level = self.information.complexity;
        level.map(|level| level.code().to_owned())
    }

    fn primary_name_order(&self) -> String {
        let primary = self.roles.primary.as_ref();
        let (last, first) = primary
            .and_then(|role| role.name.split_once(", "))
            .unwrap_or_default();
        bytes(&order_key(last, first))
    }
}

fn known(name: &Personal<String>) -> &str {
    name.known().map_or("", String::as_str)
}

/// Bytes in Postgres's spelling.
fn bytes(bytes: &[u8]) -> String {
    bytes.iter().fold("\\x".to_owned(), |mut text, byte| {
        write!(text, "{byte:02x}").unwrap_or_default();
        text
    })
}

fn staff(role: Option<&Role>) -> Cell {
    role.map(|role| role.staff.to_string())
}

fn since(role: Option<&Role>) -> Cell {
    role.map(|role| role.since.to_string())
}

/// The dates from which the earliest release is chosen on any day. They do not depend on the day: the rule takes the
/// sentence's end only when there is no other release date.
fn release_dates(dates: &SentenceDates) -> Vec<NaiveDate> {
    let mut known = Vec::new();
    // Asking again for the day after each date finds them in order without restating the rule.
    let mut day = NaiveDate::MIN;
    while let Some(next) = dates.earliest_release(day).filter(|release| release.date >= day) {
        known.push(next.date);
        let Some(after) = next.date.succ_opt() else { break };
        day = after;
    }
    known
}
