//! The limits of a request, as the schema's description and `docs/GRAPHQL.md` list them.

use crate::{
    budget::REQUEST_COST,
    guard::{LIMITS, MAX_BODY},
    input::{TEXT, TEXTS},
    paging::MOST,
    scalars::YEARS,
};

/// The most levels of nested fields: the introspection query of common clients has 15.
pub(crate) const DEPTH: usize = 16;

/// The highest cost of a document, in the units of [`crate::price`]: a full list of cases with everything on its rows, or one
/// page of cases with a page of history each for a few.
pub(crate) const COMPLEXITY: usize = 50_000;

/// The limits and their values.
fn all() -> [(&'static str, usize); 13] {
    [
        ("bytes of a body or message", MAX_BODY),
        ("nested brackets", LIMITS.depth),
        ("tokens", LIMITS.tokens),
        ("aliases", LIMITS.aliases),
        ("root fields", LIMITS.root_fields),
        ("fragments", LIMITS.fragments),
        ("directives", LIMITS.directives),
        ("fields with fragments written out", LIMITS.fields),
        ("nested fields", DEPTH),
        ("cost", COMPLEXITY),
        ("items of a page", MOST as usize),
        ("characters of a text to look for", TEXT),
        ("texts of a list to look for", TEXTS),
    ]
}

/// All of them in a few sentences.
pub(crate) fn described() -> String {
    let limits = all().map(|(what, most)| format!("{most} {what}"));
    format!(
        "A document may have at most: {}. Every request costs {REQUEST_COST} and what its fields cost; `extensions.cost` of an \
         answer says how much, and what is left of the caller's budget. The years of dates and moments are from {} to {}.",
        limits.join(", "),
        YEARS.start(),
        YEARS.end(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = include_str!("../../docs/GRAPHQL.md");

    #[test]
    fn the_page_about_graphql_has_the_limits_that_are_in_force() {
        for (what, most) in all() {
            let row = format!("| {what} | {most} |");
            assert!(PAGE.contains(&row), "docs/GRAPHQL.md has to say: {row}");
        }
        for row in crate::price::described() {
            assert!(PAGE.contains(&row), "docs/GRAPHQL.md has to say: {row}");
        }
        let years = format!("from {} to {}", YEARS.start(), YEARS.end());
        assert!(PAGE.contains(&years), "docs/GRAPHQL.md has to say: {years}");
    }
}
