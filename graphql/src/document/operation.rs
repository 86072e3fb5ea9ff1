//! The executable form of an operation: fragments expanded, directives applied, equal fields merged. async-graphql runs the same field twice where it is selected twice, follows no fragment at the top of a
//! subscription, and takes a variable without a value for null.

use std::collections::BTreeSet;

use apollo_compiler::{ExecutableDocument, Name, Node, Schema, ast, executable};
use async_graphql::{
    Name as ExecutedName, Pos, Positioned, Value, Variables,
    parser::types::{OperationDefinition, OperationType, VariableDefinition},
};

use super::{convert, convert::Given, lines::Lines};
use crate::fault::Fault;

/// An operation of a valid document.
pub(super) struct Operation {
    definition: Node<executable::Operation>,
    /// The form for requests that give all variables, and take every selection.
    whole: OperationDefinition,
    /// The variables that decide over selections.
    conditions: BTreeSet<Name>,
    /// The variables that a request may leave out, and which then have no value.
    optional: Vec<Name>,
}

impl Operation {
    pub(super) fn new(lowering: &Lowering<'_>, definition: &Node<executable::Operation>) -> Self {
        let mut conditions = BTreeSet::new();
        lowering.conditions(&definition.selection_set, &mut BTreeSet::new(), &mut conditions);
        let variables = definition.variables.iter();
        let optional =
            variables.filter(|variable| !variable.ty.is_non_null() && variable.default_value.is_none());
        Self {
            whole: lowering.operation(definition),
            conditions,
            optional: optional.map(|variable| variable.name.clone()).collect(),
            definition: definition.clone(),
        }
    }

    pub(super) fn name(&self) -> Option<&str> {
        self.definition.name.as_ref().map(Name::as_str)
    }

    /// Where a subscription asks for a second field; the first may be named several times.
    pub(super) fn second_subscription(&self) -> Option<Pos> {
        let fields = &self.whole.selection_set.node.items;
        let second = fields
            .get(1)
            .filter(|_| self.whole.ty == OperationType::Subscription);
        second.map(|field| field.pos)
    }

    pub(super) fn definition(&self) -> &executable::Operation {
        &self.definition
    }

    /// The executable form for these variables. Most requests share one form.
    ///
    /// # Errors
    /// When a variable that decides over selections is null.
    pub(super) fn executed(
        &self,
        lowering: &Lowering<'_>,
        variables: &Variables,
    ) -> Result<OperationDefinition, Fault> {
        let undecided = self
            .conditions
            .iter()
            .find(|name| !matches!(variables.get(name.as_str()), Some(Value::Boolean(_))));
        if let Some(name) = undecided {
            return Err(Fault::bad_input(format!(
                "the variable ${name} decides whether a selection is taken: it must be true or false"
            )));
        }
        let complete = self.conditions.is_empty()
            && self
                .optional
                .iter()
                .all(|name| variables.contains_key(name.as_str()));
        if complete {
            return Ok(self.whole.clone());
        }
        let lowering = lowering.with(variables);
        Ok(lowering.operation(&self.definition))
    }
}

/// From the validated form of a document to the executed one.
pub(super) struct Lowering<'d> {
    pub(super) schema: &'d Schema,
    pub(super) document: &'d ExecutableDocument,
    pub(super) lines: &'d Lines,
    /// Those of the request; none for what all requests share, where each is taken to have a value.
    variables: Option<&'d Variables>,
}

impl Given for Lowering<'_> {
    fn is_absent(&self, variable: &str) -> bool {
        self.variables
            .is_some_and(|variables| !variables.contains_key(variable))
    }
}

impl<'d> Lowering<'d> {
    pub(super) const fn new(schema: &'d Schema, document: &'d ExecutableDocument, lines: &'d Lines) -> Self {
        Self {
            schema,
            document,
            lines,
            variables: None,
        }
    }

    const fn with(&self, variables: &'d Variables) -> Self {
        Self {
            variables: Some(variables),
            ..*self
        }
    }

    /// Whether a variable is true.
    pub(super) fn is_true(&self, variable: &str) -> Option<bool> {
        let variables = self.variables?;
        Some(variables.get(variable) == Some(&Value::Boolean(true)))
    }

    fn operation(&self, operation: &'d Node<executable::Operation>) -> OperationDefinition {
        let set = &operation.selection_set;
        let pos = self.lines.node(operation);
        OperationDefinition {
            ty: kind(operation),
            variable_definitions: operation
                .variables
                .iter()
                .map(|variable| self.variable(variable))
                .collect(),
            directives: Vec::new(),
            selection_set: Positioned::new(self.selection_set(&set.ty, &[set]), pos),
        }
    }

    /// Without its default, which the variables of the request hold.
    fn variable(&self, variable: &Node<ast::VariableDefinition>) -> Positioned<VariableDefinition> {
        let pos = self.lines.node(variable);
        let definition = VariableDefinition {
            name: Positioned::new(ExecutedName::new(&variable.name), pos),
            var_type: Positioned::new(convert::ty(&variable.ty), pos),
            directives: Vec::new(),
            default_value: None,
        };
        Positioned::new(definition, pos)
    }
}

const fn kind(operation: &executable::Operation) -> OperationType {
    match operation.operation_type {
        ast::OperationType::Query => OperationType::Query,
        ast::OperationType::Mutation => OperationType::Mutation,
        ast::OperationType::Subscription => OperationType::Subscription,
    }
}
