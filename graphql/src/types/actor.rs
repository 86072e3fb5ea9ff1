//! Who did something.

use async_graphql::SimpleObject;

use super::words::ActorKind;

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

impl From<&projections::Actor> for Actor {
    fn from(actor: &projections::Actor) -> Self {
        let kind = match actor.kind {
            projections::ActorKind::User => ActorKind::User,
            projections::ActorKind::Client => ActorKind::Client,
            projections::ActorKind::System => ActorKind::System,
        };
        Self { kind, username: actor.id.clone(), name: actor.display_name.clone() }
    }
}
