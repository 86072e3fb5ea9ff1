//! The order of an object's members: that of the selection. async-graphql answers them in the order in which they resolve, and
//! answers null for an object with an empty selection.

use async_graphql::{
    Name, Positioned, Value,
    indexmap::IndexMap,
    parser::types::{Selection, SelectionSet},
};

/// The only member of an object that is answered as empty. No field can have this name.
pub(crate) const EMPTY_OBJECT: &str = "-";

/// Puts an object's members in the order of its selection.
pub(crate) fn arrange(value: &mut Value, selected: &SelectionSet) {
    if let Value::Object(members) = value {
        let asked = asked(members, &selected.items);
        sort(members, asked.iter().filter_map(name));
    }
}

/// Puts an operation's fields in the order of their response keys.
pub(crate) fn arrange_top(value: &mut Value, names: &[Name]) {
    if let Value::Object(members) = value {
        sort(members, names.iter());
    }
}

fn sort<'n>(members: &mut IndexMap<Name, Value>, names: impl Iterator<Item = &'n Name> + Clone) {
    if members.len() == 1 && members.contains_key(EMPTY_OBJECT) {
        members.clear();
    }
    let mut ahead = names.clone();
    if members.keys().all(|member| ahead.any(|name| name == member)) {
        return;
    }
    let mut resolved = std::mem::take(members);
    for name in names {
        if let Some((name, value)) = resolved.swap_remove_entry(name) {
            members.insert(name, value);
        }
    }
    members.extend(resolved);
}

/// The selection of this object. Where it depends on the type, there is a fragment for each type.
fn asked<'s>(
    members: &IndexMap<Name, Value>,
    selected: &'s [Positioned<Selection>],
) -> &'s [Positioned<Selection>] {
    let fragments = selected.iter().filter_map(|selection| match &selection.node {
        Selection::InlineFragment(fragment) => Some(fragment.node.selection_set.node.items.as_slice()),
        Selection::Field(_) | Selection::FragmentSpread(_) => None,
    });
    let mut fragments = fragments.filter(|items| items.len() == members.len());
    fragments
        .find(|items| {
            items
                .iter()
                .filter_map(name)
                .all(|name| members.contains_key(name))
        })
        .unwrap_or(selected)
}

/// The response key of a field.
pub(crate) fn name(selection: &Positioned<Selection>) -> Option<&Name> {
    match &selection.node {
        Selection::Field(field) => Some(&field.node.response_key().node),
        Selection::FragmentSpread(_) | Selection::InlineFragment(_) => None,
    }
}
