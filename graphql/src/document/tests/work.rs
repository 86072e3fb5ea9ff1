//! No document that the guard lets through costs the validator much, and what is merged costs no more than what is written.

use allocation_counter::measure;
use async_graphql::Request;

use super::documents;
use crate::{caller::MayIntrospect, guard::inspect};

/// Allocations stand for work: unlike time they are the same on every run.
const MOST: u64 = 50_000;

fn repeated(count: usize, one: impl Fn(usize) -> String) -> String {
    (0..count).map(one).collect()
}

/// A chain of fragments, each of which takes in the next one twice.
fn doubling(on: &str, levels: usize, field: &str, last: &str) -> String {
    let fragments = repeated(levels, |level| {
        let next = level.saturating_add(1);
        format!("fragment F{level} on {on} {{ {field} {{ ...F{next} }} {field} {{ ...F{next} }} }} ")
    });
    format!("{fragments} fragment F{levels} on {on} {{ {last} }}")
}

fn worst() -> Vec<(&'static str, String)> {
    let types =
        "on Pom { id name } ... on Case { id tier } ... on Prison { id name } ... on Allocation { id state }";
    vec![
        (
            "equal fields that double with each level",
            format!(
                "{{ __type(name: \"Query\") {{ ...F0 }} }} {}",
                doubling("__Type", 7, "ofType", "name")
            ),
        ),
        (
            "equal fields that double, and conflict at the end",
            format!(
                "{{ __type(name: \"Query\") {{ ...F0 }} }} {}",
                doubling("__Type", 7, "ofType", "a: name a: kind")
            ),
        ),
        (
            "one field 1,900 times",
            format!("{{ me {{ {} }} }}", "name ".repeat(1_900)),
        ),
        (
            "one field in 300 inline fragments",
            format!("{{ me {{ {} }} }}", "... on User { name } ".repeat(300)),
        ),
        (
            "arguments that differ 180 times",
            format!(
                "{{ poms(prison: \"LEI\") {{ {} }} }}",
                repeated(180, |first| format!("caseload(first: {first}) {{ totalCount }} "))
            ),
        ),
        (
            "every type of a node 70 times",
            format!(
                "{{ node(id: \"x\") {{ ... {} }} }}",
                vec![types; 70].join(" ... ")
            ),
        ),
        (
            "fields that do not exist",
            format!("{{ me {{ {} }} }}", repeated(1_900, |at| format!("f{at} "))),
        ),
        (
            "brackets as deep as may be",
            format!(
                "{{ __type(name: \"x\") {{ {} name {} }} }}",
                "ofType { ".repeat(20),
                "} ".repeat(20)
            ),
        ),
    ]
}

#[test]
fn the_worst_documents_that_the_guard_lets_through_cost_little() {
    for (what, document) in worst() {
        assert_eq!(inspect(&document), Ok(()), "{what}");
        let documents = documents();
        let work =
            measure(|| drop(documents.prepare(&mut Request::new(document), MayIntrospect(true), |_| Ok(()))));
        assert!(
            work.count_total < MOST,
            "{what}: {} allocations",
            work.count_total
        );
    }
}
