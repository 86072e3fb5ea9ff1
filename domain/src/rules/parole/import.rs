//! A whole file, or several, brought into the reviews kept so far. Handover rules 9.5.

use std::collections::BTreeMap;

use super::register::{RegisterRow, RegisteredReview, ReviewKey, RowRefusal};
use crate::handover::RulesVersion;

/// Reviews by what names them.
pub type Register = BTreeMap<ReviewKey, RegisteredReview>;

/// How many rows ended how.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ImportCounts {
    /// All of them.
    pub rows: u64,
    /// Made a new review.
    pub created: u64,
    /// Changed one that was known.
    pub updated: u64,
    /// Told nothing new.
    pub unchanged: u64,
    /// Did not say which review of whom.
    pub blank_keys: u64,
    /// Were about someone unknown.
    pub unknown_prisoners: u64,
    /// Could not be read.
    pub errors: u64,
}

/// Brings the rows, whatever order they come in, into the register by their files' days and their places in them. A row
/// that is passed over leaves no trace but its count.
pub fn import(
    register: &mut Register,
    rows: &[RegisterRow<'_>],
    known: impl Fn(&str) -> bool,
    rules: RulesVersion,
) -> ImportCounts {
    let mut in_order: Vec<_> = rows.iter().collect();
    in_order.sort_by_key(|row| (row.snapshot, row.number));

    let mut counts = ImportCounts::default();
    for row in in_order {
        let ended = match bring_in(register, row, &known, rules) {
            Ok(Brought::New) => &mut counts.created,
            Ok(Brought::Changed) => &mut counts.updated,
            Ok(Brought::Nothing) => &mut counts.unchanged,
            Err(RowRefusal::BlankKey) => &mut counts.blank_keys,
            Err(RowRefusal::UnknownPrisoner) => &mut counts.unknown_prisoners,
            Err(RowRefusal::ReviewId(_) | RowRefusal::Date(_)) => &mut counts.errors,
        };
        *ended = ended.saturating_add(1);
        counts.rows = counts.rows.saturating_add(1);
    }
    counts
}

/// What a row brought.
enum Brought {
    New,
    Changed,
    Nothing,
}

fn bring_in(
    register: &mut Register,
    row: &RegisterRow<'_>,
    known: impl Fn(&str) -> bool,
    rules: RulesVersion,
) -> Result<Brought, RowRefusal> {
    let key = row.key(known)?;
    let before = register.get(&key);
    let review = row.review(before, rules)?;
    let brought = match before {
        None => Brought::New,
        Some(before) if *before == review => Brought::Nothing,
        Some(_) => Brought::Changed,
    };
    register.insert(key, review);
    Ok(brought)
}
