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
    model::{Cell, Model, Row},
    table::{date_array, json, parsed, position},
};

impl Row for CaseRow {
    const MODEL: Model = Model::Cases;
    const CATEGORIES: &'static [&'static str] = &[PRISONER, CASE, ALLOCATION];
    const COLUMNS: &'static [(&'static str, &'static str)] = &[
        ("noms", "text"),
        ("position", "bigint"),
        ("prisoner", "text"),
        ("information", "text"),
        ("roles", "text"),
        ("prison", "text"),
        ("bucket_tier_based", "text"),
        ("bucket_rosh_based", "text"),
        ("adult_on", "date"),
        ("name_key", "text"),
        ("search_text", "text"),
        ("location_key", "text"),
        ("release_dates", "date[]"),
        ("tier", "text"),
        ("complexity", "text"),
        ("primary_staff", "integer"),
        ("primary_on", "date"),
        ("primary_name_key", "text"),
        ("coworking_staff", "integer"),
        ("coworking_on", "date"),
        ("allocated_at", "text"),
        ("waiting_since", "date"),
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

    fn cells(&self) -> Result<Vec<Cell>, serde_json::Error> {
        let facts = self.facts();
        let bucket = |policy| self.adult_bucket(policy).map(|bucket| bucket.code().to_owned());
        let (first, last) = self.names();
        let (primary, coworking) = (self.roles.primary.as_ref(), self.roles.coworking.as_ref());
        let information = &self.information;
        Ok(vec![
            Some(self.noms.to_string()),
            Some(self.position.to_string()),
            Some(serde_json::to_string(&self.prisoner)?),
            Some(serde_json::to_string(information)?),
            Some(serde_json::to_string(&self.roles)?),
            self.prison().map(String::from),
            bucket(PolicyVersion::TierBased),
            bucket(PolicyVersion::RoshBased),
            Some(
                facts
                    .and_then(PrisonerFacts::adult_on)
                    .map_or_else(|| "infinity".to_owned(), |date| date.to_string()),
            ),
            Some(name_key(&first, &last)),
            Some(format!("{} {first} {last}", self.noms.as_str().to_lowercase())),
            Some(
                facts
                    .and_then(|facts| facts.location.as_ref()?.known().map(String::as_str))
                    .unwrap_or_default()
                    .to_lowercase(),
            ),
            Some(date_array(
                &facts.map(|facts| release_dates(&facts.dates)).unwrap_or_default(),
            )),
            information.information.tier.map(|tier| tier.code().to_owned()),
            information.complexity.map(|level| level.code().to_owned()),
            primary.map(|role| role.staff.to_string()),
            primary.map(|role| role.since.to_string()),
            Some(primary.map(|role| role.name.to_lowercase()).unwrap_or_default()),
            coworking.map(|role: &Role| role.staff.to_string()),
            coworking.map(|role| role.since.to_string()),
            self.roles.prison.map(String::from),
            self.waiting_since().map(|date| date.to_string()),
        ])
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

impl CaseRow {
    /// First and last name in lower case; nothing where they are withheld.
    fn names(&self) -> (String, String) {
        let lower =
            |name: &Personal<String>| name.known().map(|name| name.to_lowercase()).unwrap_or_default();
        let names = self
            .facts()
            .map(|facts| (lower(&facts.first_name), lower(&facts.last_name)));
        names.unwrap_or_default()
    }
}

fn name_key(first: &str, last: &str) -> String {
    match (first, last) {
        ("", "") => String::new(),
        _ => format!("{last}, {first}"),
    }
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
