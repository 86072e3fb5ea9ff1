//! Every document of the corpus, and every one made from the schema, is valid to this service exactly if it is valid to
//! graphql-js, the reference implementation; and the first error is at a place where graphql-js has one, too.

use std::{
    io::Write as _,
    process::{Command, Stdio},
};

use async_graphql::Pos;
use serde::Deserialize;
use serde_json::json;
use workbench::audits::GraphqlJs;

use super::{documents, generated};
use crate::{caller::MayIntrospect, document::Documents, guard::inspect, schema::sdl};

/// By rule of the specification; each document begins with a comment that says whether it is valid, and why.
const CORPUS: [(&str, &str); 9] = [
    ("syntax", include_str!("../../../corpus/rules/syntax.graphql")),
    (
        "operations",
        include_str!("../../../corpus/rules/operations.graphql"),
    ),
    ("fields", include_str!("../../../corpus/rules/fields.graphql")),
    ("merging", include_str!("../../../corpus/rules/merging.graphql")),
    (
        "fragments",
        include_str!("../../../corpus/rules/fragments.graphql"),
    ),
    (
        "arguments",
        include_str!("../../../corpus/rules/arguments.graphql"),
    ),
    ("values", include_str!("../../../corpus/rules/values.graphql")),
    (
        "directives",
        include_str!("../../../corpus/rules/directives.graphql"),
    ),
    (
        "variables",
        include_str!("../../../corpus/rules/variables.graphql"),
    ),
];

/// Reads a schema and documents, and writes for each of them where its errors are.
const RUN: &str = r"
    const { buildSchema, parse, validate } = await import(process.argv[1]);
    let text = '';
    for await (const chunk of process.stdin) text += chunk;
    const { sdl, documents } = JSON.parse(text);
    const schema = buildSchema(sdl);
    const errors = (document) => {
        try { return validate(schema, parse(document)); } catch (error) { return [error]; }
    };
    console.log(JSON.stringify(documents.map((document) =>
        errors(document).map(({ message, locations }) => ({ message, locations: locations ?? [] })))));";

#[derive(Deserialize)]
struct JsError {
    message: String,
    locations: Vec<Pos>,
}

/// What graphql-js says of each document; none where neither Node nor graphql-js can be had.
fn graphql_js(documents: &[String]) -> Option<Vec<Vec<JsError>>> {
    let found = GraphqlJs::find_or_install(&workbench::default_tools_dir());
    let GraphqlJs { node, module } = found.map_err(|error| eprintln!("skipped: {error}")).ok()?;
    let mut node = Command::new(node)
        .args(["--input-type=module", "--eval", RUN, "--"])
        .arg(module)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let asked = json!({ "sdl": sdl(), "documents": documents }).to_string();
    node.stdin.take().unwrap().write_all(asked.as_bytes()).unwrap();
    let told = node.wait_with_output().unwrap();
    Some(serde_json::from_slice(&told.stdout).unwrap())
}

/// Where this service has its first error; none if the document is valid.
fn first_error(documents: &Documents, document: &str) -> Option<(String, Vec<Pos>)> {
    if let Err(refusal) = inspect(document) {
        return Some((refusal.to_string(), Vec::new()));
    }
    let validated = documents.validated(&document.into(), MayIntrospect(false), |_| Ok(()));
    let error = validated.err()?.swap_remove(0);
    Some((error.message, error.locations))
}

fn corpus() -> Vec<(bool, String)> {
    let documents = CORPUS.iter().flat_map(|(rule, text)| {
        text.split("\n\n").map(move |document| {
            let valid = document.starts_with("# valid: ");
            assert!(valid || document.starts_with("# invalid: "), "{rule}: {document}");
            (valid, document.to_owned())
        })
    });
    documents.collect()
}

#[test]
fn documents_are_valid_as_the_corpus_says() {
    let ours = documents();
    let corpus = corpus();
    assert!(corpus.len() > 200, "{} documents", corpus.len());
    for (valid, document) in corpus {
        let error = first_error(&ours, &document);
        assert_eq!(error.is_none(), valid, "{document}\n{error:?}");
    }
}

/// Where graphql-js is of another opinion than this service, and why that stays so.
fn is_known(document: &str) -> bool {
    // apollo-compiler does not let null stand in a list where a scalar of our own must not be null. Such a scalar refuses
    // any list, when it is read.
    document.contains("[\"x\", null]")
        // The specification of September 2025 forbids conditions at the top of a subscription; graphql-js 16 does not yet.
        || document.starts_with("# invalid: a condition at the top of a subscription")
}

/// Beginnings of messages about something that stands at another column of the same line for graphql-js: a variable's
/// definition instead of its type, an argument instead of its value, a spread instead of its name, a field instead of its alias.
const OTHER_COLUMN: [&str; 14] = [
    "anonymous subscription",
    "field selection of",
    "type `",
    "variable `",
    "the variable `",
    "cannot find type `",
    "cannot find fragment `",
    "the required argument `",
    "the required field `",
    "field `",
    "inline fragment must have",
    "fragment `",
    "type condition `",
    "the member `",
];

/// Whether an error is at one of these places. Of a syntax error graphql-js tells the character, and apollo-compiler the word.
fn agrees(message: &str, place: Pos, theirs: &[JsError]) -> bool {
    let other_column = OTHER_COLUMN
        .iter()
        .any(|beginning| message.starts_with(beginning));
    let mut places = theirs.iter().flat_map(|error| &error.locations);
    message.starts_with("syntax error")
        || places.any(|their| their.line == place.line && (other_column || their.column == place.column))
}

#[test]
fn documents_are_valid_exactly_if_they_are_to_graphql_js() {
    let ours = documents();
    let mut asked: Vec<_> = corpus().into_iter().map(|(_, document)| document).collect();
    asked.extend(generated::documents(&ours.schema));
    assert!(asked.len() > 1_000, "{} documents", asked.len());
    let Some(theirs) = graphql_js(&asked) else { return };
    assert_eq!(theirs.len(), asked.len());
    let mut differences = Vec::new();
    for (document, theirs) in asked
        .iter()
        .zip(&theirs)
        .filter(|(document, _)| !is_known(document))
    {
        let error = first_error(&ours, document);
        let same = match &error {
            None => theirs.is_empty(),
            Some((message, places)) => {
                let mut places = places.iter();
                !theirs.is_empty() && places.next().is_none_or(|place| agrees(message, *place, theirs))
            }
        };
        if !same {
            let theirs: Vec<_> = theirs
                .iter()
                .map(|error| (&error.message, &error.locations))
                .collect();
            differences.push(format!("{document}\nours {error:?}\ntheirs {theirs:?}"));
        }
    }
    let count = differences.len();
    assert!(
        differences.is_empty(),
        "{count} differences\n{}",
        differences.join("\n\n")
    );
}
