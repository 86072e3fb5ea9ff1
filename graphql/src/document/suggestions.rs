//! 'Did you mean' for names that the schema does not have. They tell what the schema has, so they are only for those who
//! may read it.

use apollo_compiler::{Name, Schema, schema::ExtendedType, validation::DiagnosticData};

/// How many names are suggested.
const SUGGESTIONS: usize = 3;

/// The sentence to put behind an error, if it is about a name that resembles one in the schema.
pub(super) fn after(schema: &Schema, error: &DiagnosticData) -> Option<String> {
    let kind = error.unstable_error_name()?;
    let message = error.to_string();
    let mut names = message.split('`').skip(1).step_by(2);
    match (kind, names.next()?, names.next()) {
        ("UndefinedField", ty, Some(field)) => among(field, members(schema, ty)),
        ("UndefinedEnumValue" | "UndefinedInputValue", name, Some(ty)) => among(name, members(schema, ty)),
        ("UndefinedArgument", name, Some(coordinate)) => among(name, arguments(schema, coordinate)),
        ("UndefinedDirective", name, _) => {
            let name = name.trim_start_matches('@');
            among(name, schema.directive_definitions.keys().map(Name::as_str))
        }
        (
            "UndefinedDefinition"
            | "UndefinedTypeInNamedFragmentTypeCondition"
            | "UndefinedTypeInInlineFragmentTypeCondition",
            name,
            _,
        ) => among(name, schema.types.keys().map(Name::as_str)),
        _ => None,
    }
}

/// The fields, input fields or values of a type.
fn members<'s>(schema: &'s Schema, ty: &str) -> Vec<&'s str> {
    match schema.types.get(ty) {
        Some(ExtendedType::Object(ty)) => ty.fields.keys().map(Name::as_str).collect(),
        Some(ExtendedType::Interface(ty)) => ty.fields.keys().map(Name::as_str).collect(),
        Some(ExtendedType::InputObject(ty)) => ty.fields.keys().map(Name::as_str).collect(),
        Some(ExtendedType::Enum(ty)) => ty.values.keys().map(Name::as_str).collect(),
        _ => Vec::new(),
    }
}

/// The arguments of a field, written `Type.field`, or of a directive, written `@directive`.
fn arguments<'s>(schema: &'s Schema, coordinate: &str) -> Vec<&'s str> {
    let arguments = match coordinate.split_once('.') {
        Some((ty, field)) => schema.type_field(ty, field).ok().map(|field| &field.arguments),
        None => schema
            .directive_definitions
            .get(coordinate.trim_start_matches('@'))
            .map(|directive| &directive.arguments),
    };
    let arguments = arguments.into_iter().flatten();
    arguments.map(|argument| argument.name.as_str()).collect()
}

/// The sentence that suggests those of the known names that resemble a name, the nearest first.
pub(super) fn among<'s>(name: &str, known: impl IntoIterator<Item = &'s str>) -> Option<String> {
    let lower = name.to_lowercase();
    let most = name.len().saturating_mul(2).div_euclid(5).saturating_add(1);
    let mut near: Vec<_> = known
        .into_iter()
        .map(|known| (strsim::osa_distance(&lower, &known.to_lowercase()), known))
        .filter(|(distance, _)| *distance <= most)
        .collect();
    near.sort_unstable();
    let near: Vec<_> = near
        .iter()
        .take(SUGGESTIONS)
        .map(|(_, name)| format!("`{name}`"))
        .collect();
    (!near.is_empty()).then(|| format!(": did you mean {}?", near.join(" or ")))
}
