//! What the guard lets through can be parsed and validated on a small stack, and the known attacks are not let through.

use std::sync::LazyLock;

use async_graphql::Request;
use proptest::prelude::*;
use serde::Deserialize;

use super::{GuardRefusal, GuardedRequest, inspect};
use crate::{caller::MayIntrospect, document::Documents, fault::Code, schema::sdl};

/// A thread's stack on which the parser and the validator must get by: a quarter of what a worker has.
const SMALL_STACK: usize = 512 * 1024;

#[derive(Deserialize)]
struct Attack {
    name: String,
    parts: Vec<(String, usize)>,
    refusal: String,
}

#[test]
fn the_known_attacks_are_refused_for_what_they_are() {
    let attacks: Vec<Attack> = serde_json::from_str(include_str!("../../corpus/attacks.json")).unwrap();
    for attack in attacks {
        let document: String = attack
            .parts
            .iter()
            .map(|(text, times)| text.repeat(*times))
            .collect();
        let refusal = inspect(&document).expect_err(&attack.name);
        let name = format!("{refusal:?}");
        assert_eq!(
            name.split('(').next(),
            Some(attack.refusal.as_str()),
            "{}",
            attack.name
        );
    }
}

#[test]
fn what_people_ask_is_let_through() {
    let asked = [
        include_str!("../../corpus/introspection.graphql"),
        "{ me { name } }",
        "query Q($n: NomsNumber! = \"A1234BC\") @cached { a: case(nomsNumber: $n) { ... on Case { id } ...C } } fragment C on Case { tier }",
        "mutation { allocatePrimaryPom(input: {nomsNumber: \"A1234BC\", prison: \"LEI\", staffId: 485926}) {
            position userErrors { code message } allocation { version state primaryPom { name } } } }",
        "{ case(nomsNumber: \"\"\"a block \\\"\"\" string { [ \"\"\") { id } }",
        "{ me { name } } # {{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{",
        "subscription { events(after: \"-1\", filter: {categories: [\"a\", \"b\"]}) { position } }",
    ];
    for document in asked {
        assert_eq!(inspect(document), Ok(()), "{document}");
    }
}

#[test]
fn root_fields_are_those_of_one_operation() {
    let two = format!("query A {{{0}}} query B {{{0}}}", " me { name }".repeat(10));
    assert_eq!(inspect(&two), Ok(()));
}

#[test]
fn aliases_inside_arguments_are_none() {
    let named = format!("{{ me(a: {{{}}}) {{ name }} }}", " a: 1".repeat(40));
    assert_eq!(inspect(&named), Ok(()));
}

#[test]
fn a_body_is_one_request() {
    let refused = |body: &str| {
        GuardedRequest::from_json(body.as_bytes())
            .map(|_| ())
            .unwrap_err()
    };
    assert_eq!(refused("[{\"query\": \"{ me { name } }\"}]"), GuardRefusal::Batch);
    assert_eq!(refused("\"{ me { name } }\""), GuardRefusal::NotARequest);
    assert_eq!(refused("{\"query\": 7}"), GuardRefusal::NotARequest);
    assert_eq!(
        refused("{\"query\": \"{ a }\", \"variables\": \"x\"}"),
        GuardRefusal::NotARequest
    );
    assert_eq!(
        refused("{\"query\": \"{ a }\", \"extensions\": [1]}"),
        GuardRefusal::NotARequest
    );
    assert_eq!(refused("{}"), GuardRefusal::NoQuery);
    assert_eq!(refused("{\"query\": \"\"}"), GuardRefusal::NoQuery);
    assert_eq!(
        refused("{\"query\": \"{ a }\", \"variables\": {\"a\": [{\"b\": \"\\u0000\"}]}}"),
        GuardRefusal::NulCharacter
    );
    let deep = format!(
        "{{\"query\": \"{{ a }}\", \"variables\": {{\"a\": {}{}}}}}",
        "[".repeat(500),
        "]".repeat(500)
    );
    assert_eq!(refused(&deep), GuardRefusal::NotARequest);
    assert_eq!(refused(&" ".repeat(40_000)).code(), Code::QueryTooComplex);
    let nulls = "{\"query\": \"{ a }\", \"variables\": null, \"operationName\": null, \"extensions\": null}";
    assert!(GuardedRequest::from_json(nulls.as_bytes()).is_ok());
    let stored = "{\"extensions\": {\"persistedQuery\": {\"version\": 1, \"sha256Hash\": \"ab\"}}}";
    assert!(GuardedRequest::from_json(stored.as_bytes()).is_ok());
}

#[test]
fn parameters_are_one_request() {
    let read = |variables| GuardedRequest::from_parameters(Some("{ a }".to_owned()), None, variables, None);
    assert!(read(Some("{\"a\": 1}")).is_ok());
    assert!(read(None).is_ok());
    assert_eq!(
        read(Some("[1]")).map(|_| ()).unwrap_err(),
        GuardRefusal::NotARequest
    );
}

static DOCUMENTS: LazyLock<Documents> = LazyLock::new(|| Documents::new(&sdl()));

/// Prepares a document on a small stack; an overflow would end the process.
fn parse_on_a_small_stack(document: String) {
    let parser = std::thread::Builder::new().stack_size(SMALL_STACK);
    parser
        .spawn(move || drop(DOCUMENTS.prepare(&mut Request::new(document), MayIntrospect(true), |_| Ok(()))))
        .unwrap()
        .join()
        .unwrap();
}

#[test]
fn the_deepest_document_let_through_fits_a_small_stack() {
    for (open, close) in [("[", "]"), ("{a:", "}")] {
        let deep = format!("{{ me(a: {}1{}) }}", open.repeat(22), close.repeat(22));
        assert_eq!(inspect(&deep), Ok(()));
        parse_on_a_small_stack(deep);
    }
    let deep = format!("{{{}a{}}}", "a{".repeat(23), "}".repeat(23));
    assert_eq!(inspect(&deep), Ok(()));
    parse_on_a_small_stack(deep);
}

/// Pieces of which documents and what looks like documents can be made.
fn piece() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "{",
        "}",
        "(",
        ")",
        "[",
        "]",
        "...",
        "...on A{",
        "@",
        "@include(if:",
        ":",
        "$",
        "!",
        "=",
        "|",
        "&",
        "a",
        "on",
        "query",
        "fragment",
        "fragment A on B{",
        "...A",
        "true",
        "null",
        "1",
        "-1.5e3",
        "\"",
        "\"\"\"",
        "\\",
        "\\\"\"\"",
        "\"x\"",
        "\"\"",
        "\"\\ud83d\\ude00\"",
        "\"\\u{1F600}\"",
        "\\ud83d",
        "\\u{",
        "#",
        "\n",
        "\r",
        ",",
        " ",
        "\u{feff}",
        "é",
        "a:",
        "a(b:",
        "{a:",
        "query($a:[Int]=[",
    ]);
    (piece, 1..40_usize).prop_map(|(text, times)| text.repeat(times))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn what_is_let_through_the_parser_can_read(pieces in prop::collection::vec(piece(), 0..30)) {
        let document = pieces.concat();
        if inspect(&document).is_ok() {
            parse_on_a_small_stack(document);
        }
    }

    #[test]
    fn any_text_is_judged(text in ".*") {
        if inspect(&text).is_ok() {
            parse_on_a_small_stack(text);
        }
    }

    #[test]
    fn a_real_document_with_noise_is_judged(noise in piece(), at in 0..200_usize) {
        let mut document = include_str!("../../corpus/introspection.graphql").to_owned();
        document.insert_str(at, &noise);
        if inspect(&document).is_ok() {
            parse_on_a_small_stack(document);
        }
    }
}
