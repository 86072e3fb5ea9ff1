//! The costs of fields. A unit is about a microsecond of work, of the service and its database together. Every other field
//! costs 1.

use crate::paging::most;

/// A read of one thing by its key.
const READ: usize = 100;
/// A list without its rows: finding, counting and ordering them.
const LIST: usize = 500;
/// A row of a list, without its fields.
const ROW: usize = 10;
/// A past that is read from the log and folded.
const PAST: usize = 500;
/// The past of a row of a list, which is read with those of the other rows.
const PAST_OF_ROW: usize = 50;
/// How many terms of POMs a case is reckoned to have.
const TERMS: usize = 10;
/// A look for events that may be rare.
const SCAN: usize = 10_000;
/// A change, recorded and shown.
const CHANGE: usize = 500;

/// Bytes of a document that are read for the price of every request, and how many more cost a unit. Documents that were met
/// lately are not read again.
const FREE_BYTES: usize = 1024;
const BYTES_OF_A_UNIT: usize = 8;

/// A document that has to be parsed and validated.
pub(crate) const fn reading(bytes: usize) -> usize {
    bytes.saturating_sub(FREE_BYTES).div_euclid(BYTES_OF_A_UNIT)
}

/// A read by a key.
pub(crate) const fn read(child: usize) -> usize {
    READ.saturating_add(child)
}

/// The same, now or as it was.
pub(crate) const fn read_as_of(past: bool, child: usize) -> usize {
    child.saturating_add(if past { PAST } else { READ })
}

/// Counters.
pub(crate) const fn counts(child: usize) -> usize {
    LIST.saturating_add(child)
}

/// A page of a list of cases.
pub(crate) fn page(first: Option<i32>, last: Option<i32>, child: usize) -> usize {
    most(first.or(last))
        .saturating_mul(ROW.saturating_add(child))
        .saturating_add(LIST)
}

/// A whole list with its counters.
pub(crate) fn whole(child: usize) -> usize {
    page(None, None, child).saturating_add(LIST)
}

/// A page of a prisoner's history.
pub(crate) fn history(first: Option<i32>, child: usize) -> usize {
    most(first)
        .saturating_mul(ROW.saturating_add(child))
        .saturating_add(PAST)
}

/// The terms of a case's POMs.
pub(crate) const fn terms(child: usize) -> usize {
    TERMS.saturating_mul(child).saturating_add(PAST_OF_ROW)
}

/// A page of the log; events that a filter looks for may be rare.
pub(crate) fn events(first: Option<i32>, filtered: bool, child: usize) -> usize {
    let page = most(first).saturating_mul(ROW.saturating_add(child));
    page.saturating_add(if filtered { SCAN } else { READ })
}

/// The rows of a table of prices.
#[cfg(test)]
pub(crate) fn described() -> [String; 9] {
    [
        ("a request", crate::budget::REQUEST_COST),
        ("a read by a key", READ),
        ("a list, or counters", LIST),
        ("a row of a list", ROW),
        ("the past of a prisoner", PAST),
        ("the terms of a row's POMs", PAST_OF_ROW),
        ("a look through the log with a filter", SCAN),
        ("a change", CHANGE),
        ("any other field", 1),
    ]
    .map(|(what, price)| format!("| {what} | {price} |"))
}

/// A change.
pub(crate) const fn change(child: usize) -> usize {
    CHANGE.saturating_add(child)
}
