//! The only way to what the schema shows, and the one place that decides who may be told of a prisoner.
//!
//! What is behind the schema is private to this folder. Resolvers read through a [`Reader`], which asks the rules of the
//! [`table`] first. What tells of a prisoner comes [`Disclosed`], which nobody else can make, and the types of the schema
//! are made of nothing else: no field, payload, node or subscription can pass the rule by.

mod disclosure;
mod freshness;
mod loaders;
mod read_back;
mod reader;
mod subscriptions;
mod table;

#[cfg(test)]
mod tests;

use async_graphql::{Context, dataloader::DataLoader};
use commands::{CommandError, Done, Operation, Request};

use crate::services::Services;

pub(crate) use disclosure::{CaseRows, Disclosable, Disclosed};
pub(crate) use read_back::Freshness;
pub(crate) use reader::Reader;
pub(crate) use table::Access;

/// What is behind the schema.
pub(crate) struct Sources {
    services: Services,
    allocations: DataLoader<loaders::Allocations>,
    terms: DataLoader<loaders::Terms>,
    places: DataLoader<loaders::Places>,
}

impl Sources {
    pub(crate) fn new(services: Services) -> Self {
        Self {
            allocations: loaders::together(loaders::Allocations(services.read_models.clone())),
            terms: loaders::together(loaders::Terms(services.read_models.clone())),
            places: loaders::together(loaders::Places(services.read_models.clone())),
            services,
        }
    }
}

/// Asks the command bus, which authorises by itself.
pub(crate) async fn change<O: Operation>(
    ctx: &Context<'_>,
    request: Request<O>,
) -> Result<Done, CommandError> {
    ctx.data_unchecked::<Sources>()
        .services
        .bus
        .execute(request)
        .await
}
