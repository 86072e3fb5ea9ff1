//! The fields that a selection asks for: fragments written out, equal fields merged, as the specification's `CollectFields`
//! has it.

use std::collections::BTreeSet;

use apollo_compiler::{
    Name, Node, ast,
    collections::IndexMap,
    executable::{DirectiveList, Field, Selection, SelectionSet},
    schema::ExtendedType,
};
use async_graphql::{
    Name as ExecutedName, Pos, Positioned,
    parser::types::{
        Field as ExecutedField, InlineFragment, Selection as ExecutedSelection,
        SelectionSet as ExecutedSelectionSet, TypeCondition,
    },
};

use super::{convert, operation::Lowering};
use crate::extensions::field_order::EMPTY_OBJECT;

/// Fields by their response key.
type Fields<'d> = IndexMap<&'d Name, Vec<&'d Node<Field>>>;

impl<'d> Lowering<'d> {
    /// The fields of these selections of one value together.
    pub(super) fn selection_set(&self, ty: &str, sets: &[&'d SelectionSet]) -> ExecutedSelectionSet {
        let has_fragments = || {
            let mut selections = sets.iter().flat_map(|set| &set.selections);
            selections.any(|selection| !matches!(selection, Selection::Field(_)))
        };
        let items = match self.schema.types.get(ty) {
            // Which fragments apply depends on the value's type.
            Some(ExtendedType::Interface(_) | ExtendedType::Union(_)) if has_fragments() => self
                .possible_types(ty)
                .map(|object| self.inline_fragment(object, sets))
                .collect(),
            _ => self.fields(ty, sets),
        };
        ExecutedSelectionSet { items }
    }

    fn possible_types(&self, ty: &str) -> impl Iterator<Item = &'d Name> {
        let types = self.schema.types.iter();
        types
            .filter(move |(name, found)| found.is_object() && self.schema.is_subtype(ty, name))
            .map(|(name, _)| name)
    }

    fn inline_fragment(&self, object: &str, sets: &[&'d SelectionSet]) -> Positioned<ExecutedSelection> {
        let on = Positioned::new(ExecutedName::new(object), Pos::default());
        let items = self.fields(object, sets);
        let fragment = InlineFragment {
            type_condition: Some(Positioned::new(TypeCondition { on }, Pos::default())),
            directives: Vec::new(),
            selection_set: Positioned::new(ExecutedSelectionSet { items }, Pos::default()),
        };
        let fragment = Positioned::new(fragment, Pos::default());
        Positioned::new(ExecutedSelection::InlineFragment(fragment), Pos::default())
    }

    fn fields(&self, object: &str, sets: &[&'d SelectionSet]) -> Vec<Positioned<ExecutedSelection>> {
        let (mut fields, mut visited) = (Fields::default(), BTreeSet::new());
        for set in sets {
            self.collect(object, set, &mut visited, &mut fields);
        }
        let items: Vec<_> = fields.values().filter_map(|equal| self.field(equal)).collect();
        if items.is_empty() && !sets.is_empty() {
            vec![empty_object()]
        } else {
            items
        }
    }

    /// Goes no deeper than fragments are nested, and the validator lets no fragment contain itself.
    fn collect(
        &self,
        object: &str,
        set: &'d SelectionSet,
        visited: &mut BTreeSet<&'d Name>,
        fields: &mut Fields<'d>,
    ) {
        for selection in &set.selections {
            if !self.is_taken(selection.directives()) {
                continue;
            }
            match selection {
                Selection::Field(field) => fields.entry(field.response_key()).or_default().push(field),
                Selection::InlineFragment(fragment) => {
                    let condition = fragment.type_condition.as_ref();
                    if condition.is_none_or(|condition| self.applies(condition, object)) {
                        self.collect(object, &fragment.selection_set, visited, fields);
                    }
                }
                Selection::FragmentSpread(spread) => {
                    let fragment = self.document.fragments.get(&spread.fragment_name);
                    if let Some(fragment) = fragment.filter(|_| visited.insert(&spread.fragment_name))
                        && self.applies(fragment.type_condition(), object)
                    {
                        self.collect(object, &fragment.selection_set, visited, fields);
                    }
                }
            }
        }
    }

    fn applies(&self, condition: &str, object: &str) -> bool {
        condition == object || self.schema.is_subtype(condition, object)
    }

    /// By `@skip` and `@include`; where a variable decides that has no value yet, it is taken.
    fn is_taken(&self, directives: &DirectiveList) -> bool {
        let holds = |directive: &str, otherwise: bool| match condition(directives, directive) {
            Some(ast::Value::Boolean(holds)) => *holds,
            Some(ast::Value::Variable(name)) => self.is_true(name).unwrap_or(otherwise),
            _ => otherwise,
        };
        !holds("skip", false) && holds("include", true)
    }

    /// Fields of one name and with the same arguments: their selections are taken together.
    fn field(&self, equal: &[&'d Node<Field>]) -> Option<Positioned<ExecutedSelection>> {
        let field = equal.first()?;
        let sets: Vec<_> = equal
            .iter()
            .map(|field| &field.selection_set)
            .filter(|set| !set.selections.is_empty())
            .collect();
        let pos = self.lines.node(field);
        let name = |name: &Name| Positioned::new(ExecutedName::new(name), pos);
        let arguments = field.arguments.iter().filter_map(|argument| {
            let value = convert::member(&argument.value, self)?;
            let at = self.lines.node(&argument.value);
            Some((name(&argument.name), Positioned::new(value, at)))
        });
        let executed = ExecutedField {
            alias: field.alias.as_ref().map(name),
            name: name(&field.name),
            arguments: arguments.collect(),
            directives: Vec::new(),
            selection_set: Positioned::new(
                self.selection_set(field.definition.ty.inner_named_type(), &sets),
                pos,
            ),
        };
        Some(Positioned::new(
            ExecutedSelection::Field(Positioned::new(executed, pos)),
            pos,
        ))
    }

    /// The variables that decide over selections.
    pub(super) fn conditions(
        &self,
        set: &'d SelectionSet,
        visited: &mut BTreeSet<&'d Name>,
        found: &mut BTreeSet<Name>,
    ) {
        for selection in &set.selections {
            for directive in ["skip", "include"] {
                if let Some(ast::Value::Variable(name)) = condition(selection.directives(), directive) {
                    found.insert(name.clone());
                }
            }
            match selection {
                Selection::Field(field) => self.conditions(&field.selection_set, visited, found),
                Selection::InlineFragment(fragment) => {
                    self.conditions(&fragment.selection_set, visited, found);
                }
                Selection::FragmentSpread(spread) => {
                    if let Some(fragment) = self.document.fragments.get(&spread.fragment_name)
                        && visited.insert(&spread.fragment_name)
                    {
                        self.conditions(&fragment.selection_set, visited, found);
                    }
                }
            }
        }
    }
}

fn condition<'d>(directives: &'d DirectiveList, name: &str) -> Option<&'d ast::Value> {
    let value = directives.get(name)?.specified_argument_by_name("if")?;
    Some(value.as_ref())
}

/// Stands for a selection of which nothing is taken, where async-graphql would answer null instead of an empty object.
fn empty_object() -> Positioned<ExecutedSelection> {
    let name = |name| Positioned::new(ExecutedName::new(name), Pos::default());
    let field = ExecutedField {
        alias: Some(name(EMPTY_OBJECT)),
        name: name("__typename"),
        arguments: Vec::new(),
        directives: Vec::new(),
        selection_set: Positioned::default(),
    };
    Positioned::new(
        ExecutedSelection::Field(Positioned::new(field, Pos::default())),
        Pos::default(),
    )
}
