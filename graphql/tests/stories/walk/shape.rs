//! The schema as the walk needs it.

use std::collections::BTreeMap;

use async_graphql::Positioned;
use async_graphql::parser::{
    parse_schema,
    types::{BaseType, FieldDefinition, InputValueDefinition, Type, TypeKind, TypeSystemDefinition},
};

/// A field of an object.
#[derive(Debug, Clone)]
pub(crate) struct Field {
    pub(crate) name: String,
    pub(crate) arguments: Vec<Argument>,
    /// The type without lists and exclamation marks.
    pub(crate) of: String,
}

/// An argument, or a field of an input object.
#[derive(Debug, Clone)]
pub(crate) struct Argument {
    pub(crate) name: String,
    pub(crate) of: String,
    pub(crate) required: bool,
}

/// What the schema consists of, by name.
#[derive(Debug, Default)]
pub(crate) struct Shape {
    pub(crate) objects: BTreeMap<String, Vec<Field>>,
    /// The objects that an interface or union may be.
    pub(crate) abstracts: BTreeMap<String, Vec<String>>,
    pub(crate) enums: BTreeMap<String, Vec<String>>,
    pub(crate) inputs: BTreeMap<String, Vec<Argument>>,
}

impl Shape {
    pub(crate) fn of(sdl: &str) -> Self {
        let mut shape = Self::default();
        for definition in parse_schema(sdl).unwrap().definitions {
            let TypeSystemDefinition::Type(found) = definition else {
                continue;
            };
            let name = found.node.name.node.to_string();
            match found.node.kind {
                TypeKind::Object(object) => {
                    for interface in object.implements {
                        let implementers = shape.abstracts.entry(interface.node.to_string()).or_default();
                        implementers.push(name.clone());
                    }
                    shape
                        .objects
                        .insert(name, object.fields.iter().map(field).collect());
                }
                TypeKind::Union(union) => {
                    let members = union.members.iter().map(|member| member.node.to_string());
                    shape.abstracts.insert(name, members.collect());
                }
                TypeKind::Enum(of) => {
                    let values = of.values.iter().map(|value| value.node.value.node.to_string());
                    shape.enums.insert(name, values.collect());
                }
                TypeKind::InputObject(input) => {
                    shape
                        .inputs
                        .insert(name, input.fields.iter().map(argument).collect());
                }
                TypeKind::Scalar | TypeKind::Interface(_) => {}
            }
        }
        shape
    }

    pub(crate) fn root_fields(&self, root: &str) -> Vec<String> {
        self.objects[root]
            .iter()
            .map(|field| field.name.clone())
            .collect()
    }

    /// Whether a field of this type has no fields of its own.
    pub(crate) fn is_leaf(&self, of: &str) -> bool {
        !self.objects.contains_key(of) && !self.abstracts.contains_key(of)
    }
}

fn field(field: &Positioned<FieldDefinition>) -> Field {
    Field {
        name: field.node.name.node.to_string(),
        arguments: field.node.arguments.iter().map(argument).collect(),
        of: base(&field.node.ty.node),
    }
}

fn argument(argument: &Positioned<InputValueDefinition>) -> Argument {
    let of = &argument.node.ty.node;
    Argument {
        name: argument.node.name.node.to_string(),
        of: base(of),
        required: !of.nullable && argument.node.default_value.is_none(),
    }
}

fn base(of: &Type) -> String {
    match &of.base {
        BaseType::Named(name) => name.to_string(),
        BaseType::List(inner) => base(inner),
    }
}
