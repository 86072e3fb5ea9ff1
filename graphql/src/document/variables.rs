//! The variables of a request, read as the specification's `CoerceVariableValues` has it. Errors name the variable and the
//! place in it, and never what was sent, which may be personal.

use apollo_compiler::{
    Name as SchemaName, Schema,
    ast::Type,
    executable::Operation,
    parser::SourceSpan,
    schema::{EnumType, ExtendedType, InputObjectType},
};
use async_graphql::{Name, Number, ServerError, Value, Variables, indexmap::IndexMap};

use super::{convert, lines::Lines, suggestions};
use crate::{caller::MayIntrospect, fault::Fault, scalars};

/// A variable that does not fit the operation.
#[derive(Debug)]
pub(super) struct Mismatch {
    /// From the variable to the place in it.
    path: String,
    what: String,
    definition: Option<SourceSpan>,
}

impl Mismatch {
    fn new(what: String) -> Self {
        Self {
            path: String::new(),
            what,
            definition: None,
        }
    }

    fn of(ty: &Type) -> Self {
        Self::new(format!("must be a value of type {ty}"))
    }

    fn missing(ty: &Type) -> Self {
        Self::new(format!("is required: send a value of type {ty}"))
    }

    fn inside(mut self, place: &str) -> Self {
        self.path.insert_str(0, place);
        self
    }

    pub(super) fn into_server_error(self, lines: &Lines) -> ServerError {
        let mut error =
            Fault::bad_input(format!("the variable {} {}", self.path, self.what)).into_server_error();
        error.locations.push(lines.start_of(self.definition));
        error
    }
}

/// The values of the operation's variables; those that have none are left out.
///
/// # Errors
/// When one is missing or of another type.
pub(super) fn coerce(
    schema: &Schema,
    operation: &Operation,
    mut given: Variables,
    may_introspect: MayIntrospect,
) -> Result<Variables, Mismatch> {
    let coercion = Coercion {
        schema,
        may_introspect,
    };
    let mut coerced = Variables::default();
    for variable in &operation.variables {
        let value = match (given.remove(variable.name.as_str()), &variable.default_value) {
            (Some(value), _) => coercion.value(value, &variable.ty),
            (None, Some(default)) => coercion.value(convert::constant(default), &variable.ty),
            (None, None) if variable.ty.is_non_null() => Err(Mismatch::missing(&variable.ty)),
            (None, None) => continue,
        };
        let value = value.map_err(|mismatch| Mismatch {
            definition: variable.location(),
            ..mismatch.inside(&format!("${}", variable.name))
        })?;
        coerced.insert(Name::new(&variable.name), value);
    }
    Ok(coerced)
}

struct Coercion<'s> {
    schema: &'s Schema,
    may_introspect: MayIntrospect,
}

impl Coercion<'_> {
    /// Goes no deeper than the type does.
    fn value(&self, value: Value, ty: &Type) -> Result<Value, Mismatch> {
        if value == Value::Null {
            return if ty.is_non_null() {
                Err(Mismatch::missing(ty))
            } else {
                Ok(value)
            };
        }
        let name = match ty {
            Type::List(item) | Type::NonNullList(item) => return self.list(value, item),
            Type::Named(name) | Type::NonNullNamed(name) => name,
        };
        match self.schema.types.get(name) {
            Some(ExtendedType::Scalar(_)) => scalar(name, value, ty),
            Some(ExtendedType::Enum(definition)) => self.enumeration(&value, definition, ty),
            Some(ExtendedType::InputObject(definition)) => self.object(value, definition, ty),
            _ => Err(Mismatch::of(ty)),
        }
    }

    /// A value that is no list stands for a list of one.
    fn list(&self, value: Value, item: &Type) -> Result<Value, Mismatch> {
        let Value::List(values) = value else {
            return Ok(Value::List(vec![self.value(value, item)?]));
        };
        let values = values.into_iter().enumerate().map(|(at, value)| {
            self.value(value, item)
                .map_err(|mismatch| mismatch.inside(&format!("[{at}]")))
        });
        values.collect::<Result<_, _>>().map(Value::List)
    }

    fn enumeration(&self, value: &Value, definition: &EnumType, ty: &Type) -> Result<Value, Mismatch> {
        let name = match value {
            Value::String(name) => name.as_str(),
            Value::Enum(name) => name.as_str(),
            _ => return Err(Mismatch::of(ty)),
        };
        if definition.values.contains_key(name) {
            return Ok(Value::Enum(Name::new(name)));
        }
        let known = definition.values.keys().map(SchemaName::as_str);
        Err(self.suggest(Mismatch::of(ty), name, known))
    }

    fn object(&self, value: Value, definition: &InputObjectType, ty: &Type) -> Result<Value, Mismatch> {
        let Value::Object(mut given) = value else {
            return Err(Mismatch::of(ty));
        };
        let mut coerced = IndexMap::new();
        for (name, field) in &definition.fields {
            let value = match given.shift_remove(name.as_str()) {
                Some(value) => self.value(value, &field.ty),
                None if field.is_required() => Err(Mismatch::missing(&field.ty)),
                // The default of the input object is its own.
                None => continue,
            };
            let value = value.map_err(|mismatch| mismatch.inside(&format!(".{name}")))?;
            coerced.insert(Name::new(name), value);
        }
        match given.keys().next() {
            None => Ok(Value::Object(coerced)),
            Some(unknown) => {
                let mismatch = Mismatch::new(format!("has a member that {} does not have", definition.name));
                let known = definition.fields.keys().map(SchemaName::as_str);
                Err(self.suggest(mismatch, unknown, known))
            }
        }
    }

    fn suggest<'n>(
        &self,
        mut mismatch: Mismatch,
        name: &str,
        known: impl Iterator<Item = &'n str>,
    ) -> Mismatch {
        let MayIntrospect(true) = self.may_introspect else {
            return mismatch;
        };
        mismatch.what.extend(suggestions::among(name, known));
        mismatch
    }
}

fn scalar(name: &str, value: Value, ty: &Type) -> Result<Value, Mismatch> {
    let fits = match (name, &value) {
        ("Int", Value::Number(number)) => return int(number).ok_or_else(|| Mismatch::of(ty)),
        ("Float", Value::Number(_))
        | ("String" | "ID", Value::String(_))
        | ("Boolean", Value::Boolean(_)) => true,
        ("ID", Value::Number(number)) => number.is_i64() || number.is_u64(),
        ("Int" | "Float" | "String" | "ID" | "Boolean", _) => false,
        (_, Value::String(_)) => {
            return match scalars::check(name, &value) {
                Ok(()) => Ok(value),
                Err(why) => Err(Mismatch::new(format!("must be a value of type {ty}: {why}"))),
            };
        }
        _ => false,
    };
    if fits { Ok(value) } else { Err(Mismatch::of(ty)) }
}

/// A whole number of 32 bits; JSON may write it with a fraction of zero.
fn int(number: &Number) -> Option<Value> {
    let whole = number.as_i64().or_else(|| {
        let float = number.as_f64().filter(|float| float.fract() == 0.0)?;
        format!("{float:.0}").parse().ok()
    })?;
    i32::try_from(whole).ok().map(|whole| Value::Number(whole.into()))
}
