//! Documents made from the schema: every field of a root and every input in its place, right and wrong in each way that a
//! value, a variable or a selection can be.

use apollo_compiler::{
    Node, Schema,
    ast::{FieldDefinition, InputValueDefinition, Type},
    schema::ExtendedType,
};

/// What stands where a value is expected: in most places some fit and most do not.
const LITERALS: [&str; 11] = [
    "1",
    "1.5",
    "\"x\"",
    "true",
    "null",
    "NEITHER",
    "ALLOCATED",
    "[]",
    "[1]",
    "[\"x\", null]",
    "{a: 1}",
];

/// The types of a variable in that place, `T` being the one that is expected there.
const VARIABLES: [&str; 9] = [
    "T", "T!", "[T]", "[T!]!", "T = null", "String", "Int!", "ID", "Nothing",
];

/// All of them, in an order that the schema decides.
pub(super) fn documents(schema: &Schema) -> Vec<String> {
    let mut documents = Vec::new();
    for (operation, root) in [
        ("query", "Query"),
        ("mutation", "Mutation"),
        ("subscription", "Subscription"),
    ] {
        for field in schema.get_object(root).unwrap().fields.values() {
            selections(schema, operation, field, &mut documents);
            for argument in &field.arguments {
                values(schema, operation, field, argument, &mut documents);
            }
        }
    }
    documents
}

/// A field with these arguments and all that it has.
fn call(schema: &Schema, field: &FieldDefinition, arguments: &[String]) -> String {
    let arguments = if arguments.is_empty() {
        String::new()
    } else {
        format!("({})", arguments.join(", "))
    };
    format!("{}{arguments}{}", field.name, selection(schema, &field.ty))
}

/// The arguments that must be given, but for one.
fn required(schema: &Schema, field: &FieldDefinition, but: Option<&str>) -> Vec<String> {
    let arguments = field.arguments.iter();
    let required = arguments.filter(|argument| argument.is_required() && Some(argument.name.as_str()) != but);
    required
        .map(|argument| format!("{}: {}", argument.name, literal(schema, &argument.ty)))
        .collect()
}

fn selections(schema: &Schema, operation: &str, field: &FieldDefinition, documents: &mut Vec<String>) {
    let right = call(schema, field, &required(schema, field, None));
    let bare = right.split(" {").next().unwrap();
    documents.extend([
        format!("{operation} {{\n  {right}\n}}"),
        format!("{operation} {{\n  {right}\n  {right}\n}}"),
        format!("{operation} {{\n  {bare}\n}}"),
        format!("{operation} {{\n  {bare} {{\n    __typename nothing\n  }}\n}}"),
        format!("{operation} {{\n  {bare}s {{\n    __typename\n  }}\n}}"),
        format!("{operation} {{\n  {right}\n  other: {right}\n}}"),
        format!("{operation} {{\n  ...F\n}} fragment F on Query {{\n  {right}\n}}"),
        format!("{operation} {{\n  {bare} {{\n    ... on Node {{ id }} ... on Tier {{ a }}\n  }}\n}}"),
    ]);
}

/// A value in its place: as an argument, or, where that is an input object, as each of its members.
fn values(
    schema: &Schema,
    operation: &str,
    field: &FieldDefinition,
    argument: &Node<InputValueDefinition>,
    documents: &mut Vec<String>,
) {
    let others = required(schema, field, Some(&argument.name));
    let document = |variables: &str, value: Option<&str>| {
        let mut arguments = others.clone();
        arguments.extend(value.map(|value| format!("{}: {value}", argument.name)));
        format!(
            "{operation}{variables} {{\n  {}\n}}",
            call(schema, field, &arguments)
        )
    };
    documents.push(document("", None));
    in_place(&argument.ty, &document, documents);
    if let Some(ExtendedType::InputObject(object)) = schema.types.get(argument.ty.inner_named_type()) {
        for member in object.fields.values() {
            let others = object
                .fields
                .values()
                .filter(|other| other.is_required() && other.name != member.name);
            let others: Vec<_> = others
                .map(|other| format!("{}: {}", other.name, literal(schema, &other.ty)))
                .collect();
            let others = others.join(", ");
            let within = |variables: &str, value: Option<&str>| {
                let member = value
                    .map(|value| format!("{}: {value}", member.name))
                    .unwrap_or_default();
                document(variables, Some(&format!("{{{others} {member}}}")))
            };
            documents.push(within("", None));
            in_place(&member.ty, &within, documents);
        }
    }
}

fn in_place(ty: &Type, document: &dyn Fn(&str, Option<&str>) -> String, documents: &mut Vec<String>) {
    documents.extend(LITERALS.iter().map(|literal| document("", Some(literal))));
    let name = ty.inner_named_type().as_str();
    for variable in VARIABLES {
        let declared = format!("($v: {})", variable.replace('T', name));
        documents.push(document(&declared, Some("$v")));
        documents.push(document(&declared, Some("[$v]")));
    }
}

/// A value that fits.
fn literal(schema: &Schema, ty: &Type) -> String {
    match schema.types.get(ty.inner_named_type()) {
        Some(ExtendedType::Enum(definition)) => definition.values.keys().next().unwrap().to_string(),
        Some(ExtendedType::InputObject(object)) => {
            let required = object.fields.values().filter(|member| member.is_required());
            let members: Vec<_> = required
                .map(|member| format!("{}: {}", member.name, literal(schema, &member.ty)))
                .collect();
            format!("{{{}}}", members.join(", "))
        }
        _ if ty.inner_named_type() == "Int" => "1".to_owned(),
        _ if ty.inner_named_type() == "Boolean" => "true".to_owned(),
        _ => "\"x\"".to_owned(),
    }
}

/// Every field of a type that needs no arguments and no selection.
fn selection(schema: &Schema, ty: &Type) -> String {
    let fields = match schema.types.get(ty.inner_named_type()) {
        Some(ExtendedType::Object(object)) => &object.fields,
        Some(ExtendedType::Interface(interface)) => &interface.fields,
        _ => return String::new(),
    };
    let is_leaf = |field: &FieldDefinition| {
        let ty = schema.types.get(field.ty.inner_named_type());
        matches!(ty, Some(ExtendedType::Scalar(_) | ExtendedType::Enum(_)))
    };
    let leaves: Vec<_> = fields
        .values()
        .filter(|field| is_leaf(field))
        .map(|field| field.name.as_str())
        .collect();
    format!(" {{ __typename {} }}", leaves.join(" "))
}
