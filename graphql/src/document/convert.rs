//! Values and types of apollo-compiler in async-graphql's form.

use apollo_compiler::{Node, ast};
use async_graphql::{
    Name, Value,
    parser::types::{BaseType, Type},
};
use async_graphql_value::Value as InputValue;

/// Which variables have a value, as far as it is known.
pub(super) trait Given {
    fn is_absent(&self, variable: &str) -> bool;
}

/// A value where it is an argument or a member of an input object; none if it is a variable without a value, because what
/// is left out has its default.
pub(super) fn member(value: &Node<ast::Value>, given: &impl Given) -> Option<InputValue> {
    match value.as_ref() {
        ast::Value::Variable(name) if given.is_absent(name) => None,
        _ => Some(input(value, given)),
    }
}

fn input(value: &Node<ast::Value>, given: &impl Given) -> InputValue {
    match value.as_ref() {
        ast::Value::Null => InputValue::Null,
        // In a list a variable without a value is null.
        ast::Value::Variable(name) if given.is_absent(name) => InputValue::Null,
        ast::Value::Variable(name) => InputValue::Variable(Name::new(name)),
        ast::Value::Enum(name) => InputValue::Enum(Name::new(name)),
        ast::Value::String(text) => InputValue::String(text.clone()),
        ast::Value::Boolean(value) => InputValue::Boolean(*value),
        ast::Value::Int(number) => self::number(number.as_str()),
        ast::Value::Float(number) => self::number(number.as_str()),
        ast::Value::List(items) => InputValue::List(items.iter().map(|item| input(item, given)).collect()),
        ast::Value::Object(members) => {
            let members = members
                .iter()
                .filter_map(|(name, value)| Some((Name::new(name), member(value, given)?)));
            InputValue::Object(members.collect())
        }
    }
}

/// The validator has checked `Int` and `Float`. A scalar of ours that takes text refuses any number, so one beyond what
/// JSON can hold may become any other.
fn number(text: &str) -> InputValue {
    InputValue::Number(serde_json::from_str(text).unwrap_or_else(|_| i64::MAX.into()))
}

struct AllGiven;

impl Given for AllGiven {
    fn is_absent(&self, _: &str) -> bool {
        false
    }
}

/// A default value, which holds no variables.
pub(super) fn constant(value: &Node<ast::Value>) -> Value {
    input(value, &AllGiven).into_const().unwrap_or_default()
}

pub(super) fn ty(ty: &ast::Type) -> Type {
    let base = match ty {
        ast::Type::Named(name) | ast::Type::NonNullNamed(name) => BaseType::Named(Name::new(name)),
        ast::Type::List(item) | ast::Type::NonNullList(item) => BaseType::List(Box::new(self::ty(item))),
    };
    Type {
        base,
        nullable: !ty.is_non_null(),
    }
}
