//! `audit show`: everything that happened to one prisoner, in order, and what was so at the end.

use crate::database::Target;
use anyhow::anyhow;
use chrono::{DateTime, SecondsFormat, Utc};
use commands::stream_id;
use domain::{AnyStream, CaseBefore, NomsNumber, allocation::Allocation, london_date};
use event_store::{Erasure, Log, Position, RecordedEvent};
use serde_json::{Value, json};

use super::super::visible::visible;
use super::{entry::AuditEntry, whereabouts::Whereabouts};
use crate::{
    database::Database,
    exit::{Ending, Failure},
    output::output,
};

/// The end of the history that is shown: by what was recorded then, not by what is known now.
#[derive(Debug, Clone, Copy)]
pub(super) enum Until {
    Now,
    Time(DateTime<Utc>),
    Position(Position),
}

impl Until {
    pub(super) fn new(time: Option<DateTime<Utc>>, position: Option<Position>) -> Self {
        match (time, position) {
            (Some(time), _) => Self::Time(time),
            (None, Some(position)) => Self::Position(position),
            (None, None) => Self::Now,
        }
    }

    /// Refuses a time to come, of which nothing is recorded yet.
    fn assert_past(self) -> Result<(), Failure> {
        match self {
            Self::Time(time) if time > crate::clock::now() => Err(Failure::usage(anyhow!(
                "--as-of is later than now: give a moment of the past, or leave it out"
            ))),
            _ => Ok(()),
        }
    }

    /// As it follows "nothing is recorded".
    fn words(self) -> &'static str {
        match self {
            Self::Now => "",
            Self::Time(_) | Self::Position(_) => " up to then",
        }
    }

    fn includes(self, event: &RecordedEvent) -> bool {
        match self {
            Self::Now => true,
            Self::Time(time) => event.recorded_at <= time,
            Self::Position(position) => event.position <= position,
        }
    }
}

/// Shows a prisoner's history; `NotSo` when nothing is known of them.
pub(super) async fn show(
    noms: NomsNumber,
    until: Until,
    json: bool,
    target: &Target,
) -> Result<Ending, Failure> {
    until.assert_past()?;
    let database = Database::open(target).await?;
    let log = database.log().await?;
    let streams: Vec<_> = AnyStream::of_prisoner(noms).map(stream_id).collect();
    let read = log.read_streams(&streams).await.map_err(Failure::dependency);
    let erasure = log
        .keyring()
        .erasure(noms.as_str())
        .await
        .map_err(Failure::dependency);
    log.pool().close().await;
    drop(log);
    database.close().await?;
    let (mut events, erasure) = (read?, erasure?);
    events.retain(|event| until.includes(event));
    events.sort_by_key(|event| event.position);
    let mut before = CaseBefore::default();
    let entries = events
        .iter()
        .map(|event| AuditEntry::new(event, &mut before))
        .collect::<Result<Vec<_>, _>>()
        .map_err(Failure::dependency)?;
    if entries.is_empty() {
        output!("Nothing is recorded about {noms}{}.", until.words())?;
        return Ok(Ending::NotSo);
    }
    let end = End::of(&entries);
    if json {
        print_lines(&entries, erasure.as_ref(), &end)?;
    } else {
        print_text(noms, &entries, erasure.as_ref(), &end)?;
    }
    Ok(Ending::Done)
}

/// What is so after the last event.
#[derive(Default)]
struct End {
    whereabouts: Whereabouts,
    allocation: Allocation,
}

impl End {
    fn of(entries: &[AuditEntry]) -> Self {
        let mut end = Self::default();
        for entry in entries {
            entry.fold_into(&mut end.allocation);
            end.whereabouts = entry.whereabouts().unwrap_or(end.whereabouts);
        }
        end
    }
}

fn print_text(
    noms: NomsNumber,
    entries: &[AuditEntry],
    erasure: Option<&Erasure>,
    end: &End,
) -> Result<(), Failure> {
    output!("{noms}\n")?;
    for entry in entries {
        output!("{entry}")?;
    }
    if let Some(Erasure {
        destroyed_at, reason, ..
    }) = erasure
    {
        let at = destroyed_at.to_rfc3339_opts(SecondsFormat::Secs, true);
        output!(
            "{at}  Erased: everything personal is withheld, for good ({})",
            visible(reason)
        )?;
    }
    output!("\nSo: {}", visible(&summary(end)))
}

fn summary(
    End {
        whereabouts,
        allocation,
    }: &End,
) -> String {
    let since = |at: DateTime<Utc>| london_date(at).format("%-d %B %Y").to_string();
    let named = |role: &str, assignment: &Option<domain::allocation::Assignment>| {
        assignment.as_ref().map_or_else(
            || format!("no {role}"),
            |a| {
                let pom = &a.pom;
                format!(
                    "{role} {} ({}) since {}",
                    pom.shown_name(),
                    pom.staff_id,
                    since(a.allocated_at)
                )
            },
        )
    };
    if allocation.prison.is_none() {
        return format!("{whereabouts}; never allocated");
    }
    format!(
        "{whereabouts}; {}; {}",
        named("primary POM", &allocation.primary),
        named("co-working POM", &allocation.coworking)
    )
}

fn print_lines(entries: &[AuditEntry], erasure: Option<&Erasure>, end: &End) -> Result<(), Failure> {
    for entry in entries {
        output!("{}", entry.as_json().map_err(Failure::dependency)?)?;
    }
    if let Some(Erasure {
        destroyed_at, reason, ..
    }) = erasure
    {
        output!(
            "{}",
            json!({ "erased": { "at": destroyed_at, "reason": reason } })
        )?;
    }
    let state: Value = serde_json::to_value(&end.allocation).map_err(Failure::dependency)?;
    output!(
        "{}",
        json!({ "state": state, "whereabouts": end.whereabouts.to_string() })
    )
}
