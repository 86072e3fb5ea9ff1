//! The only way to what the schema shows, and the one place that decides who may see a prisoner.
//!
//! The services behind the schema are private to this folder. Resolvers read through a [`Reader`], which checks the rules of
//! the [`table`] first. Views of a prisoner come [`Disclosed`]: only this folder makes such a value, and the schema's types
//! are made of nothing else. So no field, payload, node or subscription can bypass the rules.

mod allocation;
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
pub(crate) use read_back::{Freshness, ReadBack};
pub(crate) use reader::Reader;
pub(crate) use table::{Access, QUERIES, SUBSCRIPTIONS};

/// The services behind the schema, and the loaders that batch reads.
pub(crate) struct Sources {
    services: Services,
    allocations: DataLoader<loaders::Allocations>,
    terms: DataLoader<loaders::Terms>,
    prisons: DataLoader<loaders::CasePrisons>,
}

impl Sources {
    pub(crate) fn new(services: Services) -> Self {
        let models = || services.read_models.clone();
        Self {
            allocations: loaders::batched(loaders::Allocations(models())),
            terms: loaders::batched(loaders::Terms(models())),
            prisons: loaders::batched(loaders::CasePrisons(models())),
            services,
        }
    }
}

/// Sends a command to the bus, which authorises it.
pub(crate) async fn change<O: Operation>(
    ctx: &Context<'_>,
    request: Request<O>,
) -> Result<Done, CommandError> {
    let bus = &ctx.data_unchecked::<Sources>().services.bus;
    bus.execute(request).await
}
