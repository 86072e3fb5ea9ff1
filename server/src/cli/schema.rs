//! `schema`: prints a contract.

use clap::{Args, ValueEnum};

use crate::{
    exit::{Ending, Failure},
    output::output,
};

/// `schema`.
#[derive(Debug, Args)]
pub struct SchemaArgs {
    /// Which contract.
    pub contract: Contract,
}

/// Which contract to print.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum Contract {
    /// The GraphQL schema.
    Graphql,
    /// The events of the log.
    Events,
}

/// Prints a contract as it is committed in the repository.
pub(super) fn run(options: &SchemaArgs) -> Result<Ending, Failure> {
    match options.contract {
        Contract::Graphql => output!("{}", graphql::sdl().trim_end())?,
        Contract::Events => {
            for entry in domain::catalogue() {
                let (category, event_type) = (entry.category, entry.event_type);
                output!("{category}\t{event_type}\t{}", entry.meaning)?;
            }
        }
    }
    Ok(Ending::Done)
}
