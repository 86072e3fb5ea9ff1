//! Variables that an operation cannot do without. The library finds out that one is missing only when it is used, and then answers
//! as if the request had been executed.

use async_graphql::{
    Value, Variables,
    parser::types::{ExecutableDocument, OperationDefinition},
};

use crate::fault::Fault;

/// Refuses a request that leaves out a variable which must not be null and has no default, naming the first of them.
///
/// # Errors
/// When there is one.
pub(crate) fn assert_given(
    document: &ExecutableDocument,
    chosen: Option<&str>,
    variables: &Variables,
) -> Result<(), Fault> {
    let Some(operation) = operation(document, chosen) else {
        return Ok(());
    };
    let missing = operation
        .variable_definitions
        .iter()
        .map(|definition| &definition.node)
        .filter(|variable| !variable.var_type.node.nullable && variable.default_value.is_none())
        .find(|variable| matches!(variables.get(&variable.name.node), None | Some(Value::Null)));
    match missing {
        Some(variable) => Err(Fault::bad_input(format!(
            "the variable ${} is required: send a value of type {}",
            variable.name.node, variable.var_type.node
        ))),
        None => Ok(()),
    }
}

/// The operation that will be executed; none when it is not clear which, which the library says.
fn operation<'d>(document: &'d ExecutableDocument, chosen: Option<&str>) -> Option<&'d OperationDefinition> {
    let mut fitting = fitting(document, chosen);
    let operation = fitting.next()?;
    fitting.next().is_none().then_some(operation)
}

/// The operations of this name, or all of them.
pub(crate) fn fitting<'d>(
    document: &'d ExecutableDocument,
    chosen: Option<&str>,
) -> impl Iterator<Item = &'d OperationDefinition> {
    let operations = document.operations.iter();
    operations
        .filter(move |(name, _)| chosen.is_none_or(|chosen| name.is_some_and(|name| name.as_str() == chosen)))
        .map(|(_, operation)| &operation.node)
}
