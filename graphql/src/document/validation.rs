//! Parsing and validation, by every rule of the specification.

use apollo_compiler::{
    ExecutableDocument, Schema,
    diagnostic::ToCliReport,
    introspection::check_max_depth,
    parser::{Parser, SourceSpan},
    validation::{DiagnosticData, DiagnosticList, Valid, WithErrors},
};
use async_graphql::{Pos, ServerError};

use super::{lines::Lines, suggestions, values};
use crate::{caller::MayIntrospect, fault::Fault, guard::MAX_BODY};

/// How deep the parser goes. The guard lets through brackets 24 deep; the parser counts up to two levels for each.
const RECURSION: usize = 64;

/// How many errors one answer names.
const ERRORS: usize = 20;

/// The introspection fields of async-graphql that apollo-compiler lacks.
const INTROSPECTION: &str = "extend type __Type { isOneOf: Boolean }";

/// The schema in the form that documents are validated against.
#[expect(
    clippy::expect_used,
    reason = "the schema is part of the program: where it is not valid, no request could be answered, and the tests of this room fail"
)]
pub(super) fn schema(sdl: &str) -> Valid<Schema> {
    Schema::builder()
        .parse(sdl, "schema.graphql")
        .parse(INTROSPECTION, "introspection.graphql")
        .build()
        .and_then(Schema::validate)
        .expect("the schema is valid")
}

/// A subscription that names one field several times is refused by apollo-compiler, and valid: see [`super::validated`].
const SEVERAL_FIELDS: &str = "SubscriptionUsesMultipleFields";

/// Kinds of selections that apollo-compiler drops because they are wrong.
const WRONG_SELECTIONS: [&str; 4] = [
    "UndefinedField",
    "SubselectionOnScalarType",
    "SubselectionOnEnumType",
    "UndefinedTypeInInlineFragmentTypeCondition",
];

/// Parses and validates a text.
///
/// # Errors
/// When it is not valid. Callers who may introspect get suggestions.
pub(super) fn validate(
    schema: &Valid<Schema>,
    text: &str,
    lines: &Lines,
    may_introspect: MayIntrospect,
) -> Result<Valid<ExecutableDocument>, Vec<ServerError>> {
    let refused = |errors: &DiagnosticList| refusals(schema, errors, lines, may_introspect);
    let document = Parser::new()
        .recursion_limit(RECURSION)
        .token_limit(MAX_BODY)
        .parse_ast(text, "document.graphql")
        .map_err(|syntax| refused(&syntax.errors))?;
    let valid = match document.to_executable_validate(schema) {
        Ok(valid) => valid,
        Err(WithErrors { partial, errors }) if errors.iter().all(|error| is(error.error, SEVERAL_FIELDS)) => {
            Valid::assume_valid(partial)
        }
        Err(invalid) => return Err(refused(&invalid.errors)),
    };
    for operation in valid.operations.iter() {
        // Types name fields that name types: a few levels multiply to megabytes.
        if let Err(deep) = check_max_depth(&valid, operation) {
            let why =
                "introspection nests lists of fields or types more than three deep: ask for less at once";
            return Err(vec![refusal(why, position(deep.location(), lines))]);
        }
    }
    let misuses = values::misuses(schema, &valid);
    if misuses.is_empty() {
        return Ok(valid);
    }
    let misuses = misuses.into_iter().take(ERRORS);
    Err(misuses
        .map(|(span, message)| refusal(message, position(span, lines)))
        .collect())
}

fn is(error: &DiagnosticData, kind: &str) -> bool {
    error.unstable_error_name() == Some(kind)
}

fn refusals(
    schema: &Schema,
    errors: &DiagnosticList,
    lines: &Lines,
    MayIntrospect(may_introspect): MayIntrospect,
) -> Vec<ServerError> {
    let any_wrong = errors
        .iter()
        .any(|error| WRONG_SELECTIONS.iter().any(|kind| is(error.error, kind)));
    // Of a wrong selection nothing is left, which is not another error.
    let errors = errors
        .iter()
        .filter(|error| !(any_wrong && is(error.error, "MissingSubselection")));
    let refusals = errors.take(ERRORS).map(|diagnostic| {
        let mut message = diagnostic.error.to_string();
        if may_introspect && let Some(suggestion) = suggestions::after(schema, diagnostic.error) {
            message.push_str(&suggestion);
        }
        refusal(message, position(diagnostic.error.location(), lines))
    });
    refusals.collect()
}

fn position(span: Option<SourceSpan>, lines: &Lines) -> Option<Pos> {
    span.map(|span| lines.position(span.offset()))
}

/// The errors of a document, with their locations.
pub(super) fn refusal(message: impl Into<String>, place: Option<Pos>) -> ServerError {
    let mut error = Fault::bad_input(message).into_server_error();
    error.locations.extend(place);
    error
}
