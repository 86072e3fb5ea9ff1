//! What the schema shows, one file per thing; each is made from a view of the read side with `From`.

mod actor;
mod allocated_pom;
mod allocation;
mod allocation_change;
mod allocation_payload;
mod case;
mod case_list;
mod connection;
mod global_id;
mod node;
mod payload;
mod pom;
mod prison;
mod recorded_event;
mod timeline;
mod user;
mod user_error_reason;

pub(crate) use actor::Actor;
pub(crate) use allocated_pom::{AllocatedPom, PomPosition, PomRole, PomTerm};
pub(crate) use allocation::{Allocation, AllocationEventKind, AllocationTrigger, OverrideReason};
pub(crate) use allocation_change::AllocationChange;
pub(crate) use allocation_payload::AllocationPayload;
pub(crate) use case::{Case, CaseBucket, Tier};
pub(crate) use case_list::{CaseFilter, CaseOrder};
pub(crate) use connection::{Connection, Edge, Listed};
pub(crate) use global_id::GlobalId;
pub(crate) use node::Node;
pub(crate) use payload::{Outcome, Payload};
pub(crate) use pom::{Pom, PomGroup};
pub(crate) use prison::Prison;
pub(crate) use recorded_event::{EventConnection, EventFilter, RecordedEvent};
pub(crate) use timeline::TimelineItem;
pub(crate) use user::User;

/// A count as GraphQL's `Int`, which ends at 2147483647.
pub(crate) fn int(count: impl TryInto<i32>) -> i32 {
    count.try_into().unwrap_or(i32::MAX)
}
