//! What the specification calls valid is prepared for execution, what it does not is refused, and the executed form asks
//! for each field once.

mod generated;
mod graphql_js;
mod work;

use async_graphql::{Request, Variables};
use serde_json::{Value, json};

use super::Documents;
use crate::{caller::MayIntrospect, schema::sdl};

fn documents() -> Documents {
    Documents::new(&sdl())
}

/// The errors of a document, as `message @line:column`.
fn refused(document: &str, variables: Value, introspect: bool) -> Vec<String> {
    let mut request = Request::new(document).variables(Variables::from_json(variables));
    let prepared = documents().prepare(&mut request, MayIntrospect(introspect), |_| Ok(()));
    let errors = prepared.err().unwrap_or_default().into_iter();
    let shown = errors.map(|error| {
        let at: Vec<_> = error
            .locations
            .iter()
            .map(|at| format!("@{}:{}", at.line, at.column))
            .collect();
        format!("{} {}", error.message, at.join(" "))
    });
    shown.collect()
}

fn is_prepared(document: &str) {
    assert_eq!(refused(document, json!({}), false), [] as [&str; 0], "{document}");
}

#[test]
fn introspection_that_multiplies_is_refused() {
    let nested = |levels: usize| {
        let (open, close) = ("possibleTypes{interfaces{".repeat(levels), "}}".repeat(levels));
        format!("{{__type(name:\"Node\"){{{open}name{close}}}}}")
    };
    let mut request = Request::new(nested(1));
    let known = documents().prepare(&mut request, MayIntrospect(true), |_| Ok(()));
    assert!(known.is_ok(), "two lists are what programs ask for");
    let mut request = Request::new(nested(2));
    let refused = documents().prepare(&mut request, MayIntrospect(true), |_| Ok(()));
    let refused = refused.err().unwrap();
    assert!(refused[0].message.contains("more than three deep"), "{refused:?}");
    assert_eq!(refused[0].locations.len(), 1);
}

#[test]
fn a_document_is_paid_for_before_it_is_read_and_once() {
    let documents = documents();
    let text = format!("query Q {{ me {{ {} }} }}", "username ".repeat(900));
    let mut paid = Vec::new();
    for _ in 0..2 {
        let mut request = Request::new(&text);
        let read = documents.prepare(&mut request, MayIntrospect(false), |bytes| {
            paid.push(bytes);
            Ok(())
        });
        assert!(read.is_ok());
    }
    assert_eq!(paid, [text.len()]);
    assert_eq!(crate::price::reading(text.len()), (text.len() - 1024) / 8);
    let mut request = Request::new("{ nothing }");
    let broke = documents.prepare(&mut request, MayIntrospect(false), |_| {
        Err(crate::fault::Fault::bad_input("nothing is left"))
    });
    assert_eq!(
        broke.err().unwrap()[0].message,
        "nothing is left",
        "not validated"
    );
}

#[test]
fn the_introspection_queries_of_clients_are_valid() {
    is_prepared(include_str!("../../../corpus/introspection.graphql"));
    is_prepared(
        "{ __schema { description types { name specifiedByURL isOneOf inputFields(includeDeprecated: true) { isDeprecated } } directives { isRepeatable args(includeDeprecated: true) { name } } } }",
    );
}

#[test]
fn names_are_suggested_only_to_those_who_may_read_the_schema() {
    let wrong = [
        ("{ prisn(code: \"LEI\") { name } }", "did you mean `prison`"),
        ("{ prison(cod: \"LEI\") { name } }", "did you mean `code`"),
        (
            "{ cases(prison: \"LEI\", bucket: UNALOCATED) { totalCount } }",
            "did you mean `UNALLOCATED`",
        ),
        (
            "{ events(filter: {prisn: \"LEI\"}) { totalCount } }",
            "did you mean `prison`",
        ),
        ("{ me { name @skp(if: true) } }", "did you mean `skip`"),
        (
            "{ node(id: \"x\") { ... on Pomm { name } } }",
            "did you mean `Pom`",
        ),
        (
            "{ node(id: \"x\") { ...A } } fragment A on Prisn { name }",
            "did you mean `Prison`",
        ),
        (
            "query($p: PrisnCode!) { prison(code: $p) { name } }",
            "did you mean `PrisonCode`",
        ),
    ];
    for (document, suggestion) in wrong {
        let told = refused(document, json!({}), true);
        assert!(told.iter().any(|error| error.contains(suggestion)), "{told:?}");
        let told = refused(document, json!({}), false);
        assert!(
            !told.is_empty() && !told.concat().contains("did you mean"),
            "{told:?}"
        );
    }
}

#[test]
fn variables_that_do_not_fit_are_named_with_their_place_and_without_their_value() {
    let document = "mutation($i: AllocatePrimaryPomInput!) { allocatePrimaryPom(input: $i) { version } }";
    let input = |member: &str, value: Value| {
        let mut input = json!({"nomsNumber": "A1234BC", "prison": "LEI", "staffId": 485_926});
        input[member] = value;
        json!({ "i": input })
    };
    let wrong = [
        (json!({}), "$i is required"),
        (json!({ "i": null }), "$i is required"),
        (
            json!({ "i": "secret" }),
            "$i must be a value of type AllocatePrimaryPomInput!",
        ),
        (json!({ "i": {} }), "$i.nomsNumber is required"),
        (
            input("staffId", json!("secret")),
            "$i.staffId must be a value of type Int!",
        ),
        (input("staffId", json!(4_294_967_296_u64)), "$i.staffId must be"),
        (input("staffId", json!(1.5)), "$i.staffId must be"),
        (
            input("note", json!(["secret"])),
            "$i.note must be a value of type String",
        ),
        (
            input("overrideReasons", json!(["OTHER", "secret"])),
            "$i.overrideReasons[1] must be",
        ),
        (
            input("overrideReasons", json!([null])),
            "$i.overrideReasons[0] is required",
        ),
        (
            input("nomsNumber", json!("secret")),
            "$i.nomsNumber must be a value of type NomsNumber!",
        ),
        (
            input("commandId", json!("secret")),
            "$i.commandId must be a value of type UUID",
        ),
        (
            input("waitForReadModels", Value::Null),
            "$i.waitForReadModels is required",
        ),
        (
            input("nonsense", json!("secret")),
            "$i has a member that AllocatePrimaryPomInput does not have",
        ),
    ];
    for (variables, expected) in wrong {
        let told = refused(document, variables.clone(), false);
        assert_eq!(told.len(), 1, "{variables}: {told:?}");
        assert!(
            told[0].contains(expected) && !told[0].contains("secret"),
            "{variables}: {told:?}"
        );
        assert!(told[0].ends_with("@1:10"), "{told:?}");
    }
    assert_eq!(
        refused(document, input("staffId", json!(485_926.0)), false),
        [] as [&str; 0]
    );
    assert_eq!(
        refused(document, input("overrideReasons", json!("OTHER")), false),
        [] as [&str; 0]
    );
}
