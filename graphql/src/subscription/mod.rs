//! Everything that can be followed as it happens.

mod allocation_changed;
mod events;

use async_graphql::MergedSubscription;

/// Everything that can be followed as it happens.
#[derive(MergedSubscription, Default)]
pub(crate) struct Subscription(
    allocation_changed::AllocationChangedSubscription,
    events::EventsSubscription,
);
