//! A valid document, and the executable forms of its operations.

use apollo_compiler::{ExecutableDocument, Schema, validation::Valid};
use async_graphql::{ServerError, Variables, parser::types::OperationDefinition};

use super::{
    lines::Lines,
    operation::{Lowering, Operation},
    validation,
};
use crate::{caller::MayIntrospect, fault::Fault};

/// A valid document, and the executable forms of its operations.
pub(super) struct Document {
    valid: Valid<ExecutableDocument>,
    lines: Lines,
    operations: Vec<Operation>,
}

impl Document {
    /// Parses and validates a text.
    ///
    /// # Errors
    /// When it is not valid. Callers who may introspect get suggestions.
    pub(super) fn try_new(
        schema: &Valid<Schema>,
        text: &str,
        may_introspect: MayIntrospect,
    ) -> Result<Self, Vec<ServerError>> {
        let lines = Lines::of(text);
        let valid = validation::validate(schema, text, &lines, may_introspect)?;
        let operations = valid.operations.iter();
        let operations: Vec<_> = operations
            .map(|operation| Operation::new(&Lowering::new(schema, &valid, &lines), operation))
            .collect();
        if let Some(second) = operations.iter().find_map(Operation::second_subscription) {
            let why = "a subscription asks for one field: send the others as subscriptions of their own";
            return Err(vec![validation::refusal(why, Some(second))]);
        }
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

    /// The executable form for one request.
    pub(super) fn executed(
        &self,
        schema: &Valid<Schema>,
        operation: &Operation,
        variables: &Variables,
    ) -> Result<OperationDefinition, Fault> {
        operation.executed(&Lowering::new(schema, &self.valid, &self.lines), variables)
    }
}
