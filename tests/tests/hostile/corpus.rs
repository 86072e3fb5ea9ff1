//! Documents that ask for too much, or are no documents.

use super::{BAD_INPUT, TOO_COMPLEX};

fn repeated(count: usize, one: impl Fn(usize) -> String) -> String {
    (0..count).map(one).collect()
}

/// Documents that ask for too much, or are no documents, and the code of the refusal.
pub(super) fn documents() -> Vec<(&'static str, String, &'static str)> {
    let fields = |count| repeated(count, |_| " username".to_owned());
    let doubling = repeated(20, |n| {
        format!("fragment F{n} on User {{ ...F{m} ...F{m} }} ", m = n + 1)
    });
    let objects = format!("{}1{}", "{a:".repeat(4_000), "}".repeat(4_000));
    vec![
        (
            "an input object 4,000 deep",
            format!("{{ node(id: {objects}) {{ id }} }}"),
            TOO_COMPLEX,
        ),
        (
            "a list 6,000 deep",
            format!(
                "{{ node(id: {}{}) {{ id }} }}",
                "[".repeat(6_000),
                "]".repeat(6_000)
            ),
            TOO_COMPLEX,
        ),
        (
            "the past of a whole list, told under 28 names",
            format!(
                "{{ cases(prison: \"LEI\", bucket: ALLOCATED, first: 200) {{ edges {{ node {{ allocation {{ {} }} }} }} }} }}",
                repeated(28, |n| format!("p{n}: poms {{ name }} "))
            ),
            TOO_COMPLEX,
        ),
        ("5,000 brackets never closed", "{".repeat(5_000), TOO_COMPLEX),
        (
            "a selection 5,000 deep",
            format!("{}{}", "{ me ".repeat(5_000), "}".repeat(5_000)),
            TOO_COMPLEX,
        ),
        (
            "fragments that double",
            format!("{{ me {{ ...F0 }} }} {doubling} fragment F20 on User {{ username }}"),
            TOO_COMPLEX,
        ),
        (
            "30 fragments",
            format!(
                "{{ me {{ username }} }} {}",
                repeated(30, |n| format!("fragment F{n} on User {{ name }} "))
            ),
            TOO_COMPLEX,
        ),
        (
            "2,000 aliases",
            format!("{{ me {{ {} }} }}", repeated(2_000, |n| format!("a{n}: name "))),
            TOO_COMPLEX,
        ),
        (
            "50 root fields",
            format!("{{ {} }}", repeated(50, |_| "me { name } ".to_owned())),
            TOO_COMPLEX,
        ),
        (
            "100 directives",
            format!("{{ me {} {{ name }} }}", "@include(if: true) ".repeat(100)),
            TOO_COMPLEX,
        ),
        (
            "3,000 fields",
            format!("{{ me {{ {} }} }}", fields(3_000)),
            TOO_COMPLEX,
        ),
        ("lists within lists", LISTS.to_owned(), TOO_COMPLEX),
        (
            "a fragment of itself",
            "{ me { ...A } } fragment A on User { ...A }".to_owned(),
            BAD_INPUT,
        ),
        (
            "two fragments in a circle",
            "{ me { ...A } } fragment A on User { ...B } fragment B on User { ...A }".to_owned(),
            BAD_INPUT,
        ),
        ("U+0000 in the text", "{ me { name } } # \0".to_owned(), BAD_INPUT),
        ("an unknown field", "{ passwords }".to_owned(), BAD_INPUT),
        ("no GraphQL", "select * from es.event".to_owned(), BAD_INPUT),
        ("a string never closed", "{ node(id: \"".to_owned(), BAD_INPUT),
        ("nothing", String::new(), BAD_INPUT),
        (
            "a huge number",
            format!(
                "{{ pom(prison: \"LEI\", staffId: {}) {{ name }} }}",
                "9".repeat(400)
            ),
            BAD_INPUT,
        ),
        (
            "a number beyond 32 bits",
            "{ pom(prison: \"LEI\", staffId: 4294967296) { name } }".to_owned(),
            BAD_INPUT,
        ),
        (
            "a number with an exponent",
            "{ pom(prison: \"LEI\", staffId: 1e999) { name } }".to_owned(),
            BAD_INPUT,
        ),
        (
            "a negative page",
            "{ cases(prison: \"LEI\", bucket: ALLOCATED, first: -1) { totalCount } }".to_owned(),
            BAD_INPUT,
        ),
        (
            "a page too long",
            "{ cases(prison: \"LEI\", bucket: ALLOCATED, first: 100000) { totalCount } }".to_owned(),
            BAD_INPUT,
        ),
        (
            "a cursor of one's own",
            "{ cases(prison: \"LEI\", bucket: ALLOCATED, after: \"'; --\") { totalCount } }".to_owned(),
            BAD_INPUT,
        ),
        (
            "a prison of another kind",
            "{ prison(code: \"LEI' or 1=1\") { id } }".to_owned(),
            BAD_INPUT,
        ),
        (
            "a position below zero",
            "{ allocation(nomsNumber: \"A1234BC\", minPosition: \"-1\") { version } }".to_owned(),
            BAD_INPUT,
        ),
        (
            "a date that is none",
            "{ allocation(nomsNumber: \"A1234BC\", asOf: \"2026-02-30T00:00:00Z\") { version } }".to_owned(),
            BAD_INPUT,
        ),
        (
            "introspection",
            "{ __schema { types { name } } }".to_owned(),
            "FORBIDDEN",
        ),
        (
            "introspection by name",
            "{ __type(name: \"Query\") { name } }".to_owned(),
            "FORBIDDEN",
        ),
    ]
}

const LISTS: &str = "{ cases(prison: \"LEI\", bucket: ALLOCATED, first: 200) { edges { node { allocation {
    history(first: 200) { edges { node { details { label value } by { name } } } } } } } } }";
