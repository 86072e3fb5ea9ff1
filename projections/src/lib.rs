//! The read side: read models folded from the log, and the past folded from it on demand.
//!
//! A read model ([`Model`]) is a folder here: `fold` (pure: a row and an event make a row), `rows` (how a row is written
//! down) and `queries`. One process, the [`Projector`], folds each batch of the log into all of them in one transaction,
//! together with how far it has come; so each event counts exactly once, and no reader sees half a batch.
//! [`ReadModels`] answers questions; [`rebuild`] makes the models anew beside the ones in use.

mod allocation;
mod case;
mod checkpoint;
mod convoy;
mod erasure;
mod error;
mod fact;
mod fresh;
mod history;
mod lane;
mod live;
mod model;
mod past;
mod pom;
mod progress;
mod projector;
mod reads;
mod rebuild;
mod rewriter;
mod source;
mod standing;
mod step;
mod table;
mod turns;

pub use allocation::{AllocationView, Contract, ContractAllocation, ContractPom};
pub use case::{
    CaseBucket, CaseFilter, CaseOrder, CaseOrderField, CasePage, CaseQuery, CaseView, Cursor, PageRequest,
    PomRole, PrisonCounts,
};
pub use checkpoint::{BuildStatus, ModelStatus};
pub use error::ReadModelError;
pub use fact::{Fact, Poison};
pub use fresh::Place;
pub use history::{EventFilter, EventPage, TimelineItem, TimelinePage};
pub use live::{AllocationChange, ChangeFilter};
pub use model::{Model, UnknownModel};
pub use past::AsOf;
pub use pom::{PomCounters, PomGroup, PomView};
pub use projector::{LEASE, Projector, ProjectorHandle, ProjectorOptions};
pub use reads::ReadModels;
pub use rebuild::{
    AwaitingRewrite, RebuildError, RebuildOptions, RebuildPhase, RebuildProgress, RebuildReport, drop_build,
    rebuild, rewrite, switch,
};
pub use rewriter::{REWRITE_AFTER, Rewriter, RewriterHandle};
pub use source::Source;
pub use standing::ShownBuild;
