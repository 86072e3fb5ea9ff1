//! Two rules of the specification that apollo-compiler applies to arguments but not inside lists and input objects: a
//! variable is used only where its type fits, and an input object names each member once.

use std::collections::BTreeSet;

use apollo_compiler::{
    ExecutableDocument, Name, Node, Schema,
    ast::{InputValueDefinition, Type, Value, VariableDefinition},
    executable::{DirectiveList, Selection, SelectionSet},
    parser::SourceSpan,
    schema::ExtendedType,
};

/// An error and its location.
pub(super) type Misuse = (Option<SourceSpan>, String);

/// The errors in the values of a document that is valid by all other rules.
pub(super) fn misuses(schema: &Schema, document: &ExecutableDocument) -> Vec<Misuse> {
    let operations = document.operations.iter();
    let found = operations.flat_map(|operation| {
        let mut check = Check {
            schema,
            document,
            variables: &operation.variables,
            visited: BTreeSet::new(),
            found: Vec::new(),
        };
        check.directives(&operation.directives);
        check.selections(&operation.selection_set);
        check.found
    });
    found.collect()
}

struct Check<'d> {
    schema: &'d Schema,
    document: &'d ExecutableDocument,
    variables: &'d [Node<VariableDefinition>],
    visited: BTreeSet<&'d Name>,
    found: Vec<Misuse>,
}

impl<'d> Check<'d> {
    fn selections(&mut self, set: &'d SelectionSet) {
        for selection in &set.selections {
            self.directives(selection.directives());
            match selection {
                Selection::Field(field) => {
                    for argument in &field.arguments {
                        let definition = field.definition.argument_by_name(&argument.name);
                        self.place(definition.map(AsRef::as_ref), &argument.value);
                    }
                    self.selections(&field.selection_set);
                }
                Selection::InlineFragment(fragment) => self.selections(&fragment.selection_set),
                Selection::FragmentSpread(spread) => {
                    if let Some(fragment) = self.document.fragments.get(&spread.fragment_name)
                        && self.visited.insert(&spread.fragment_name)
                    {
                        self.directives(&fragment.directives);
                        self.selections(&fragment.selection_set);
                    }
                }
            }
        }
    }

    fn directives(&mut self, directives: &'d DirectiveList) {
        for directive in directives {
            let definition = self.schema.directive_definitions.get(&directive.name);
            for argument in &directive.arguments {
                let definition =
                    definition.and_then(|definition| definition.argument_by_name(&argument.name));
                self.place(definition.map(AsRef::as_ref), &argument.value);
            }
        }
    }

    /// An argument or a member of an input object.
    fn place(&mut self, definition: Option<&InputValueDefinition>, value: &Node<Value>) {
        if let Some(definition) = definition {
            self.value(&definition.ty, definition.default_value.is_some(), value);
        }
    }

    fn value(&mut self, ty: &Type, has_default: bool, value: &Node<Value>) {
        match value.as_ref() {
            Value::Variable(name) => self.variable(name, ty, has_default, value),
            Value::List(items) => {
                // A scalar of our own may be given a list, until it is read.
                let item_type = if ty.is_list() {
                    ty.item_type().clone()
                } else {
                    ty.clone().nullable()
                };
                for item in items {
                    self.value(&item_type, false, item);
                }
            }
            Value::Object(members) => self.object(ty.inner_named_type(), members),
            _ => {}
        }
    }

    fn variable(&mut self, name: &Name, ty: &Type, has_default: bool, value: &Node<Value>) {
        let definition = self.variables.iter().find(|definition| definition.name == *name);
        if let Some(definition) = definition
            && !fits(definition, ty, has_default)
        {
            let why = format!(
                "variable `${name}` of type `{}` cannot be used where `{ty}` is expected",
                definition.ty
            );
            self.found.push((value.location(), why));
        }
    }

    fn object(&mut self, ty: &Name, members: &[(Name, Node<Value>)]) {
        let Some(ExtendedType::InputObject(definition)) = self.schema.types.get(ty) else {
            return;
        };
        let mut names = BTreeSet::new();
        for (name, value) in members {
            if !names.insert(name) {
                let why = format!("the member `{name}` of `{ty}` is given more than once");
                self.found.push((name.location(), why));
            }
            let definition = definition.fields.get(name);
            self.place(definition.map(|definition| definition.node.as_ref()), value);
        }
    }
}

/// As `IsVariableUsageAllowed` has it.
fn fits(variable: &VariableDefinition, ty: &Type, has_default: bool) -> bool {
    let given = variable
        .default_value
        .as_ref()
        .is_some_and(|value| !value.is_null());
    if ty.is_non_null() && !variable.ty.is_non_null() {
        (given || has_default) && variable.ty.is_assignable_to(&ty.clone().nullable())
    } else {
        variable.ty.is_assignable_to(ty)
    }
}
