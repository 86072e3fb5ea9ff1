//! What is the same for all read models: following the log, checkpoints, rebuilds, and rows in and out of tables.

pub(crate) mod batch_error;
pub(crate) mod batch_runner;
pub(crate) mod checkpoints;
pub(crate) mod columns;
pub(crate) mod erasure;
mod health;
pub(crate) mod outdated;
pub(crate) mod position_tracker;
pub(crate) mod projection;
mod projector;
pub(crate) mod rebuild;
pub(crate) mod recent_rows;
mod rewriter;
pub(crate) mod row;
pub(crate) mod source;
pub(crate) mod step;
pub(crate) mod table;

pub use checkpoints::{BuildStatus, ModelStatus};
pub use health::ShownBuild;
pub use projector::{LEASE, Projector, ProjectorHandle, ProjectorOptions};
pub use rebuild::{
    AwaitingRewrite, RebuildError, RebuildOptions, RebuildPhase, RebuildProgress, RebuildReport, drop_build,
    rebuild, rewrite, switch,
};
pub use rewriter::{REWRITE_AFTER, Rewriter, RewriterHandle};
pub use source::Source;
