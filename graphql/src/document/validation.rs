//! A document that every rule of the specification lets through.

use apollo_compiler::{
    ExecutableDocument, Schema,
    diagnostic::ToCliReport,
    parser::{Parser, SourceSpan},
    validation::{DiagnosticList, Valid},
};
use async_graphql::{ServerError, Variables, parser::types::OperationDefinition};

use super::{
    lines::Lines,
    operation::{Lowering, Operation},
    suggestions, values,
};
use crate::{caller::MayIntrospect, fault::Fault, guard::MAX_BODY};

/// How deep the parser goes. The guard lets through brackets 24 deep; the parser counts up to two levels for each.
const RECURSION: usize = 64;

/// How many errors one answer names.
const ERRORS: usize = 20;

/// What the introspection of async-graphql has beyond that of apollo-compiler.
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

/// A valid document, and what is executed for each of its operations.
pub(super) struct Document {
    valid: Valid<ExecutableDocument>,
    lines: Lines,
    operations: Vec<Operation>,
}

impl Document {
    /// Parses and validates a text.
    ///
    /// # Errors
    /// What is wrong with it, with suggestions for those who may read the schema.
    pub(super) fn try_new(
        schema: &Valid<Schema>,
        text: &str,
        may_introspect: MayIntrospect,
    ) -> Result<Self, Vec<ServerError>> {
        let lines = Lines::of(text);
        let valid = Parser::new()
            .recursion_limit(RECURSION)
            .token_limit(MAX_BODY)
            .parse_ast(text, "document.graphql")
            .map_err(|syntax| syntax.errors)
            .and_then(|document| {
                document
                    .to_executable_validate(schema)
                    .map_err(|invalid| invalid.errors)
            })
            .map_err(|errors| refusals(schema, &errors, &lines, may_introspect))?;
        let misuses = values::misuses(schema, &valid);
        if !misuses.is_empty() {
            let misuses = misuses.into_iter().take(ERRORS);
            return Err(misuses
                .map(|(span, message)| refusal(message, span, &lines))
                .collect());
        }
        let operations = valid.operations.iter();
        let operations = operations
            .map(|operation| Operation::new(&Lowering::new(schema, &valid, &lines), operation))
            .collect();
        Ok(Self {
            valid,
            lines,
            operations,
        })
    }

    pub(super) const fn lines(&self) -> &Lines {
        &self.lines
    }

    /// The operation of this name, or the only one.
    pub(super) fn operation(&self, name: Option<&str>) -> Result<&Operation, Fault> {
        match (name, self.operations.as_slice()) {
            (Some(name), operations) => operations
                .iter()
                .find(|operation| operation.name() == Some(name))
                .ok_or_else(|| {
                    Fault::bad_input("the document has no operation of the name in 'operationName'")
                }),
            (None, [operation]) => Ok(operation),
            (None, _) => Err(Fault::bad_input(
                "the document has not exactly one operation: name one of them in 'operationName'",
            )),
        }
    }

    /// What is executed for one request.
    pub(super) fn executed(
        &self,
        schema: &Valid<Schema>,
        operation: &Operation,
        variables: &Variables,
    ) -> Result<OperationDefinition, Fault> {
        operation.executed(&Lowering::new(schema, &self.valid, &self.lines), variables)
    }
}

fn refusals(
    schema: &Schema,
    errors: &DiagnosticList,
    lines: &Lines,
    MayIntrospect(may_introspect): MayIntrospect,
) -> Vec<ServerError> {
    let errors = errors.iter().take(ERRORS).map(|diagnostic| {
        let mut message = diagnostic.error.to_string();
        if may_introspect && let Some(suggestion) = suggestions::after(schema, diagnostic.error) {
            message.push_str(&suggestion);
        }
        refusal(message, diagnostic.error.location(), lines)
    });
    errors.collect()
}

fn refusal(message: String, span: Option<SourceSpan>, lines: &Lines) -> ServerError {
    let mut error = Fault::bad_input(message).into_server_error();
    error
        .locations
        .extend(span.map(|span| lines.position(span.offset())));
    error
}
