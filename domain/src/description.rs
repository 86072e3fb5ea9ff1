//! An event in words: one description serves the timeline and the audit. Allocation rules 3.2.

use crate::{
    DomainEvent, Personal, PrisonCode,
    aggregates::for_each_aggregate,
    allocation::{Allocation, PomSnapshot},
    case::Case,
    prison,
};

/// The words for an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Description {
    /// The event's title in histories.
    pub title: &'static str,
    /// The details that every reader of the history sees.
    pub details: Vec<Detail>,
    /// Further details, which only an audit shows: staff numbers, former states and assumptions.
    pub evidence: Vec<Detail>,
}

/// One detail of an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Detail {
    /// Its label.
    pub label: &'static str,
    /// Its value; none when it is personal and withheld.
    pub value: Option<String>,
}

impl Detail {
    pub(crate) fn new(label: &'static str, value: &(impl ToString + ?Sized)) -> Self {
        Self {
            label,
            value: Some(value.to_string()),
        }
    }

    /// The detail that a personal value makes, if one was given.
    pub(crate) fn personal(label: &'static str, value: Option<&Personal<String>>) -> Option<Self> {
        value.map(|value| Self {
            label,
            value: value.known().cloned(),
        })
    }

    /// A prison, by its name.
    pub(crate) fn prison(label: &'static str, code: PrisonCode) -> Self {
        prison(code).map_or_else(|| Self::new(label, &code), |prison| Self::new(label, prison.name))
    }
}

/// The state of a prisoner's case before an event, as far as descriptions need it.
#[derive(Debug, Clone, Default)]
pub struct CaseBefore {
    pub(crate) case: Case,
    pub(crate) allocation: Allocation,
}

impl CaseBefore {
    /// Describes the next event of the prisoner's history, and applies it.
    #[must_use]
    pub fn describe_next(&mut self, event: &DomainEvent) -> Description {
        let description = event.describe(self);
        event.apply_to(self);
        description
    }

    /// Applies the next event of the prisoner's history.
    pub fn apply(&mut self, event: &DomainEvent) {
        event.apply_to(self);
    }
}

/// An aggregate's events in words.
pub(crate) trait Describe {
    /// Describes an event that follows on this state.
    fn describe(&self, before: &CaseBefore) -> Description;

    /// Applies the event, if later descriptions depend on it.
    fn apply_to(&self, _before: &mut CaseBefore) {}

    /// The prison that the event itself names, which may be another than the command's.
    fn named_prison(&self) -> Option<PrisonCode> {
        None
    }
}

macro_rules! descriptions {
    ($($module:ident::$aggregate:ident($category:literal, $key:ident, $command:ident, $event:ident, $refusal:ident)),+ $(,)?) => {
        impl DomainEvent {
            fn describe(&self, before: &CaseBefore) -> Description {
                match self {
                    $(Self::$aggregate(event) => Describe::describe(event, before)),+
                }
            }

            fn apply_to(&self, before: &mut CaseBefore) {
                match self {
                    $(Self::$aggregate(event) => Describe::apply_to(event, before)),+
                }
            }

            /// The prison that the event itself names, which may be another than the command's.
            #[must_use]
            pub fn prison(&self) -> Option<PrisonCode> {
                match self {
                    $(Self::$aggregate(event) => Describe::named_prison(event)),+
                }
            }
        }
    };
}

for_each_aggregate!(descriptions);

/// A POM in a case: the part that they have in it, and their type and address.
pub(crate) fn of_pom(part: &'static str, pom: &PomSnapshot) -> Vec<Detail> {
    let mut details = vec![
        Detail::new(part, &pom.shown_name()),
        Detail::new("POM type", pom.position.word()),
    ];
    details.extend(Detail::personal("E-mail", pom.email.as_ref()));
    details
}
