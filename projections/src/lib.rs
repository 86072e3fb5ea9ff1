//! The read side: read models folded from the log, and the past folded from it on demand.
//!
//! A read model ([`Model`]) is a folder of `models`: `fold` (pure: a row and an event make a row), `rows` (how a row is
//! written down) and `queries`. The `engine` folds each batch of the log into all of them in one transaction, together with
//! their checkpoints; so each event counts exactly once, and no reader sees half a batch. One process at a time does it, the
//! [`Projector`]. [`ReadModels`] answers queries; [`rebuild`] builds the models again beside the ones in use.

mod as_of;
mod engine;
mod envelope;
mod error;
mod models;
mod read_models;
mod subscriptions;

pub use as_of::{AsOf, EventFilter, EventPage, TimelineItem, TimelinePage};
pub use engine::{
    AwaitingRewrite, BuildStatus, LEASE, ModelStatus, Projector, ProjectorHandle, ProjectorOptions,
    REWRITE_AFTER, RebuildError, RebuildOptions, RebuildPhase, RebuildProgress, RebuildReport, Rewriter,
    RewriterHandle, ShownBuild, Source, drop_build, rebuild, rewrite, switch,
};
pub use envelope::{DomainEvent, Poison};
pub use error::ReadModelError;
pub use models::*;
pub use read_models::ReadModels;
pub use subscriptions::{AllocationChange, ChangeFilter};
