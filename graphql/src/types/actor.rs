//! Who did something.

use async_graphql::{Enum, SimpleObject};
use domain::names::shown_full_name;

/// Who did something: a person, another service, or this service itself.
#[derive(SimpleObject)]
pub(crate) struct Actor {
    /// What kind of actor it is.
    kind: ActorKind,
    /// The user name, the client's id, or the name of our own process.
    username: String,
    /// The person's name as shown in histories.
    name: Option<String>,
}

/// What kind of actor it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
pub(crate) enum ActorKind {
    /// A person.
    User,
    /// Another service in its own name.
    Client,
    /// This service itself.
    System,
}

impl From<&commands::Actor> for Actor {
    fn from(actor: &commands::Actor) -> Self {
        let kind = match actor.kind {
            commands::ActorKind::User => ActorKind::User,
            commands::ActorKind::Client => ActorKind::Client,
            commands::ActorKind::System => ActorKind::System,
        };
        Self {
            kind,
            username: actor.id.clone(),
            name: actor.display_name.as_deref().map(shown_full_name),
        }
    }
}
