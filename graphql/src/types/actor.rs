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

impl From<&event_store::Actor> for Actor {
    fn from(actor: &event_store::Actor) -> Self {
        let kind = match actor.kind {
            event_store::ActorKind::User => ActorKind::User,
            event_store::ActorKind::Client => ActorKind::Client,
            event_store::ActorKind::System => ActorKind::System,
        };
        Self {
            kind,
            username: actor.id.clone(),
            name: actor.display_name.clone(),
        }
    }
}
