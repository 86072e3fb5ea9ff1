//! What the schema shows, one file per thing; each is made from a view of the read side with `From`.

mod actor;
mod allocation;
mod allocation_change;
mod case;
mod connection;
mod node;
mod payload;
mod pom;
mod prison;
mod recorded_event;
mod timeline;
mod user;
mod user_error_reason;
mod words;

pub(crate) use allocation::Allocation;
pub(crate) use allocation_change::AllocationChange;
pub(crate) use case::{Case, CaseFilter, CaseOrder};
pub(crate) use connection::{Connection, Edge};
pub(crate) use node::{GlobalId, Node};
pub(crate) use payload::AllocationPayload;
pub(crate) use pom::Pom;
pub(crate) use prison::Prison;
pub(crate) use recorded_event::{EventConnection, EventFilter, RecordedEvent};
pub(crate) use timeline::TimelineItem;
pub(crate) use user::User;
pub(crate) use words::{CaseBucket, OverrideReason, PomGroup};

/// A count as GraphQL's `Int`, which ends at 2147483647.
pub(crate) fn int(count: impl TryInto<i32>) -> i32 {
    count.try_into().unwrap_or(i32::MAX)
}
