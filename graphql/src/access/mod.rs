//! The only way to what the schema shows, and the one place that decides who may be told of a prisoner.
//!
//! What is behind the schema is private to this folder. Resolvers read through a [`Reader`], which asks the rules of the
//! [`table`] first. What tells of a prisoner comes [`Disclosed`], which nobody else can make, and the types of the schema
//! are made of nothing else: no field, payload, node or subscription can pass the rule by.

mod disclosure;
mod following;
mod lookups;
mod present;
mod reader;
mod table;

#[cfg(test)]
mod tests;

use async_graphql::{Context, dataloader::DataLoader};
use commands::{CommandError, Done, Operation, Request};

use crate::schema::Faces;

pub(crate) use disclosure::{CaseRows, Disclosed, Tells};
pub(crate) use present::Freshness;
pub(crate) use reader::Reader;
pub(crate) use table::Access;

/// What is behind the schema.
pub(crate) struct Sources {
    faces: Faces,
    allocations: DataLoader<lookups::Allocations>,
    terms: DataLoader<lookups::Terms>,
    places: DataLoader<lookups::Places>,
}

impl Sources {
    pub(crate) fn new(faces: Faces) -> Self {
        Self {
            allocations: lookups::together(lookups::Allocations(faces.models.clone())),
            terms: lookups::together(lookups::Terms(faces.models.clone())),
            places: lookups::together(lookups::Places(faces.models.clone())),
            faces,
        }
    }
}

/// Asks the command bus, which authorises by itself.
pub(crate) async fn change<O: Operation>(
    ctx: &Context<'_>,
    request: Request<O>,
) -> Result<Done, CommandError> {
    ctx.data_unchecked::<Sources>().faces.bus.execute(request).await
}
