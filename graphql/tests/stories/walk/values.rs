//! What the walk gives for arguments. An argument that is not here, and whose type is not, fails the walk.

use super::{
    people::{ACI_POM, FOREIGN, LEEDS_POM, OTHER_LEEDS_POM, command_id},
    shape::{Argument, Shape},
};

/// The values of an argument: each is tried, the others staying at their first. `None` leaves it out.
pub(crate) fn values(shape: &Shape, owner: &str, argument: &Argument) -> Vec<Option<String>> {
    let text = |value: &str| Some(format!("\"{value}\""));
    let one = |value: Option<String>| vec![value];
    match (owner, argument.name.as_str(), argument.of.as_str()) {
        // Leeds is where the caller works; a change that is delivered again is one of Leeds.
        ("Subscription.allocationChanged", "prison", _) => vec![None, text("LEI")],
        // A subscription is read until it tells of Leeds.
        ("Subscription.allocationChanged", "nomsNumber", _) | ("Subscription.events", "filter", _) => {
            one(None)
        }
        (_, "after", "Position") => one(text("0")),
        (_, "input", of) => [Delivery::Again, Delivery::Outdated]
            .map(|delivery| Some(input(shape, of, delivery)))
            .into(),
        (_, "nomsNumber", "NomsNumber") => one(text(FOREIGN)),
        (_, "prison" | "code", "PrisonCode") => vec![text("ACI"), text("LEI")],
        (_, "staffId", "Int") => one(Some(ACI_POM.to_string())),
        (_, "asOf", "DateTime") => vec![None, text(&super::people::now())],
        (_, "bucket", of) => shape.enums[of].iter().cloned().map(Some).collect(),
        (_, "filter", "CaseFilter") => vec![None, Some("{name: \"QUARTERMAIN\"}".to_owned())],
        (_, "filter", "EventFilter") => vec![None, Some(format!("{{nomsNumber: \"{FOREIGN}\"}}"))],
        // One case of a list, and of a history all.
        ("Query.cases" | "Pom.caseload", "first", "Int") => one(Some("1".to_owned())),
        (_, "first", "Int") => one(Some("20".to_owned())),
        // Where a page begins, and which part of a list it is, decides nothing about who may read it.
        (_, "last", "Int")
        | (_, "after" | "before", "String")
        | (_, "minPosition", "Position")
        | (_, "orderBy", "CaseOrder")
        | (_, "role", "PomRole")
        | (_, "group", "PomGroup") => one(None),
        (owner, name, of) => panic!("give {owner}({name}: {of}) a value in the walk"),
    }
}

/// How a change is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Delivery {
    /// With the id and everything else of its first delivery.
    Again,
    /// As a new one, which states a version that was long ago: whoever may change the case is refused.
    Outdated,
}

/// An input object, with everything that may be in it.
pub(crate) fn input(shape: &Shape, of: &str, delivery: Delivery) -> String {
    let fields = shape.inputs[of].iter().filter_map(|field| {
        let value = input_field(of, field, delivery)?;
        Some(format!("{}: {value}", field.name))
    });
    format!("{{{}}}", fields.collect::<Vec<_>>().join(", "))
}

fn input_field(owner: &str, field: &Argument, delivery: Delivery) -> Option<String> {
    let again = delivery == Delivery::Again;
    Some(match (field.name.as_str(), field.of.as_str()) {
        ("commandId", "UUID") => return again.then(|| format!("\"{}\"", command_id(owner))),
        ("expectedVersion", "Int") => return (!again).then(|| "0".to_owned()),
        ("nomsNumber", "NomsNumber") => format!("\"{FOREIGN}\""),
        ("prison", "PrisonCode") => "\"LEI\"".to_owned(),
        ("staffId", "Int") if owner.contains("Coworking") => OTHER_LEEDS_POM.to_string(),
        ("staffId", "Int") => LEEDS_POM.to_string(),
        ("note" | "reason", "String") => "\"said at Leeds\"".to_owned(),
        ("overrideReasons", _) | ("suitabilityDetail" | "otherDetail", "String") => return None,
        ("waitForReadModels", "Boolean") => "true".to_owned(),
        (name, of) => panic!("give {owner} {{{name}: {of}}} a value in the walk"),
    })
}
