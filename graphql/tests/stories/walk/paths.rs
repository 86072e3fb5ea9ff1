//! The questions of the walk: a document for each path from a root field to an object, asking for all that it says.

use super::{
    people::{FOREIGN, NOBODY, command_id, global_id},
    rights::Section,
    shape::{Argument, Field, Shape},
    values::values,
};

/// How many objects below a root field a path may lead: enough for a history of an allocation of a case of a caseload.
const DEPTH: usize = 12;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Operation {
    Query,
    Mutation,
    Subscription,
}

/// A document, and what it asks to be told, from the root field on.
#[derive(Debug, Clone)]
pub(crate) struct Question {
    pub(crate) operation: Operation,
    pub(crate) document: String,
    pub(crate) sections: Vec<Section>,
}

impl Question {
    /// The same about somebody whom nobody knows, where that is all the difference.
    pub(crate) fn about_nobody(&self) -> Option<Self> {
        let mut document = self.document.replace(FOREIGN, NOBODY);
        for of in ["Allocation", "Case"] {
            document = document.replace(&global_id(of, FOREIGN), &global_id(of, NOBODY));
        }
        (self.operation == Operation::Query && document != self.document).then(|| Self {
            document,
            ..self.clone()
        })
    }

    /// Whether it is the second delivery of this change, and asks for the payload itself.
    pub(crate) fn repeats(&self, change: &str) -> bool {
        let input = format!("{}{}Input", change[..1].to_uppercase(), &change[1..]);
        self.document.contains(&command_id(&input)) && self.document.contains("replayed")
    }
}

pub(crate) fn questions(shape: &Shape) -> Vec<Question> {
    let mut found = Vec::new();
    for (root, operation) in [
        ("Query", Operation::Query),
        ("Mutation", Operation::Mutation),
        ("Subscription", Operation::Subscription),
    ] {
        for field in &shape.objects[root] {
            for (selection, types) in selections(shape, &field.of, &[]) {
                // A subscription is read up to the position of the newest event.
                let selection = match operation {
                    Operation::Subscription => selection.replacen('{', "{ position", 1),
                    _ => selection,
                };
                let implementer = types.first().map_or("", String::as_str);
                for arguments in arguments(shape, root, field, implementer) {
                    let verb = root.to_lowercase();
                    found.push(Question {
                        operation,
                        document: format!("{verb} {{ {}{arguments} {selection} }}", field.name),
                        sections: Section::along(&field.of, &types),
                    });
                }
            }
        }
    }
    found
}

/// The paths below a type: for each object that can be reached, everything that it says, and the types on the way.
fn selections(shape: &Shape, of: &str, way: &[String]) -> Vec<(String, Vec<String>)> {
    if way.len() > DEPTH || way.iter().any(|passed| passed == of) {
        return Vec::new();
    }
    if let Some(members) = shape.abstracts.get(of) {
        let each = members.iter().flat_map(|member| {
            selections(shape, member, way)
                .into_iter()
                .map(move |(selection, types)| (format!("{{ ... on {member} {selection} }}"), types))
        });
        return each.collect();
    }
    let Some(fields) = shape.objects.get(of) else {
        // A root field that is a scalar itself.
        return vec![(String::new(), way.to_vec())];
    };
    let mut way = way.to_vec();
    way.push(of.to_owned());
    let mut found = Vec::new();
    let leaves = fields.iter().filter(|field| shape.is_leaf(&field.of));
    let leaves: Vec<_> = leaves
        .map(|field| format!("{}{}", field.name, first_arguments(shape, of, field)))
        .collect();
    if !leaves.is_empty() {
        found.push((format!("{{ {} }}", leaves.join(" ")), way.clone()));
    }
    for field in fields.iter().filter(|field| !shape.is_leaf(&field.of)) {
        let arguments = first_arguments(shape, of, field);
        let below = selections(shape, &field.of, &way).into_iter();
        found.extend(
            below.map(|(selection, types)| (format!("{{ {}{arguments} {selection} }}", field.name), types)),
        );
    }
    found
}

fn first_arguments(shape: &Shape, parent: &str, field: &Field) -> String {
    arguments(shape, parent, field, "").swap_remove(0)
}

/// The argument lists with which a field is asked: the first values of all, and each of the others in its turn.
fn arguments(shape: &Shape, parent: &str, field: &Field, implementer: &str) -> Vec<String> {
    let owner = format!("{parent}.{}", field.name);
    let tried = |argument: &Argument| {
        if (argument.name.as_str(), argument.of.as_str()) == ("id", "ID") {
            return vec![Some(format!("\"{}\"", global_id(implementer, FOREIGN)))];
        }
        let values = values(shape, &owner, argument);
        let given = values.iter().all(Option::is_some);
        assert!(given || !argument.required, "{owner} needs {}", argument.name);
        values
    };
    let all: Vec<_> = field
        .arguments
        .iter()
        .map(|argument| (&argument.name, tried(argument)))
        .collect();
    let firsts: Vec<usize> = vec![0; all.len()];
    let mut chosen = vec![firsts.clone()];
    for (place, (_, values)) in all.iter().enumerate() {
        for other in 1..values.len() {
            let mut choice = firsts.clone();
            choice[place] = other;
            chosen.push(choice);
        }
    }
    let lists = chosen.iter().map(|choice| {
        let given = all.iter().zip(choice);
        let given =
            given.filter_map(|((name, values), at)| Some(format!("{name}: {}", values[*at].as_ref()?)));
        let given: Vec<_> = given.collect();
        if given.is_empty() {
            String::new()
        } else {
            format!("({})", given.join(", "))
        }
    });
    lists.collect()
}
