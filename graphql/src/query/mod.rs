//! Everything that can be read, one file per thing.

mod allocation;
mod case;
mod events;
mod me;
mod node;
mod pom;
mod prison;
mod timeline;

use async_graphql::MergedObject;

/// Everything that can be read.
#[derive(MergedObject, Default)]
pub(crate) struct Query(
    me::MeQuery,
    prison::PrisonQuery,
    allocation::AllocationQuery,
    case::CaseQuery,
    pom::PomQuery,
    timeline::TimelineQuery,
    events::EventsQuery,
    node::NodeQuery,
);
