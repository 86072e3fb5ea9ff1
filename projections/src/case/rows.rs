//! Cases as rows.

use chrono::NaiveDate;
use domain::{
    Personal,
    policy::PolicyVersion,
    prisoner::{PrisonerFacts, SentenceDates},
};
use sqlx::postgres::PgRow;

use super::{CaseRow, fold::Role};
use crate::{
    ReadModelError,
    fact::{ALLOCATION, CASE, Entry, PRISONER, Subject},
    model::{Cell, Column, Model, Row, json_cell},
    table::{date_array, json, parsed, position},
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
        Column::new("name_key", "text", &[PRISONER], |row| Ok(Some(row.name_key()))),
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
        Column::new("primary_name_key", "text", &[ALLOCATION], |row| {
            Ok(Some(row.primary_name_key()))
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

    fn empty(subject: Subject) -> Option<Self> {
        match subject {
            Subject::Prisoner(noms) => Some(Self::new(noms)),
            Subject::Pom(..) => None,
        }
    }

    fn fold(&mut self, entry: &Entry) {
        self.apply(entry);
    }

    fn restore(row: &PgRow) -> Result<(Subject, Self), ReadModelError> {
        let noms = parsed(row, "noms")?;
        let restored = Self {
            noms,
            position: position(row, "position")?,
            prisoner: json(row, "prisoner")?,
            information: json(row, "information")?,
            roles: json(row, "roles")?,
        };
        Ok((Subject::Prisoner(noms), restored))
    }
}

/// The columns that are derived from the fold's own.
impl CaseRow {
    fn bucket_cell(&self, policy: PolicyVersion) -> Cell {
        self.adult_bucket(policy).map(|bucket| bucket.code().to_owned())
    }

    fn adult_on(&self) -> String {
        let date = self.facts().and_then(PrisonerFacts::adult_on);
        date.map_or_else(|| "infinity".to_owned(), |date| date.to_string())
    }

    /// First and last name in lower case; nothing where they are withheld.
    fn names(&self) -> (String, String) {
        let lower =
            |name: &Personal<String>| name.known().map(|name| name.to_lowercase()).unwrap_or_default();
        let names = self
            .facts()
            .map(|facts| (lower(&facts.first_name), lower(&facts.last_name)));
        names.unwrap_or_default()
    }

    fn name_key(&self) -> String {
        match self.names() {
            (first, last) if first.is_empty() && last.is_empty() => String::new(),
            (first, last) => format!("{last}, {first}"),
        }
    }

    fn search_text(&self) -> String {
        let (first, last) = self.names();
        format!("{} {first} {last}", self.noms.as_str().to_lowercase())
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

    fn primary_name_key(&self) -> String {
        let primary = self.roles.primary.as_ref();
        primary.map(|role| role.name.to_lowercase()).unwrap_or_default()
    }
}

fn staff(role: Option<&Role>) -> Cell {
    role.map(|role| role.staff.to_string())
}

fn since(role: Option<&Role>) -> Cell {
    role.map(|role| role.since.to_string())
}

/// The dates among which the earliest release is chosen on any day. Which they are does not depend on the day: the rule
/// looks at the sentence's end only when there is no release date proper.
fn release_dates(dates: &SentenceDates) -> Vec<NaiveDate> {
    let mut known = Vec::new();
    // Asking for the day after each date found gives them one by one, in order, without restating the rule.
    let mut day = NaiveDate::MIN;
    while let Some(next) = dates.earliest_release(day).filter(|release| release.date >= day) {
        known.push(next.date);
        let Some(after) = next.date.succ_opt() else { break };
        day = after;
    }
    known
}
