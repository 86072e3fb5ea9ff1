//! What the routes share.

use std::{path::PathBuf, sync::Arc, time::Instant};

use event_store::PostgresLog;
use graphql::budget::Budgets;
use hmpps::Authenticator;
use metrics_exporter_prometheus::PrometheusHandle;
use projections::ReadModels;
use tokio_util::sync::CancellationToken;

use super::{
    operations::{checkup::Checkup, readiness::Readiness},
    permits::PermitPools,
};
use crate::config::{Build, Limits, Origins};

/// The content of the local profile's pages.
#[derive(Debug, Clone)]
pub struct LocalPages {
    /// Scheme, host and port of everything.
    pub base: String,
    /// A token that the pages show and send.
    pub token: String,
    /// The files of `GraphiQL`, where they could be fetched.
    pub graphiql: Option<PathBuf>,
    /// The data folder as commands name it.
    pub data_dir: PathBuf,
}

/// Shared by all routes; cheap to clone.
pub(crate) type AppState = Arc<Shared>;

/// The parts of the service that routes use.
pub struct Shared {
    /// The log.
    pub log: Arc<PostgresLog>,
    /// The read side.
    pub models: ReadModels,
    /// The GraphQL schema over bus and read models.
    pub schema: graphql::Schema,
    /// Proves who calls.
    pub authenticator: Authenticator,
    /// What each caller may spend, and have at work.
    pub budgets: Budgets,
    /// How long anything may take.
    pub limits: Limits,
    /// How much may be held at once.
    pub permits: PermitPools,
    /// What was built.
    pub build: Build,
    /// What `/health` asks.
    pub checkup: Checkup,
    /// What `/health/readiness` asks.
    pub(crate) readiness: Arc<Readiness>,
    /// What `/metrics` shows.
    pub metrics: PrometheusHandle,
    /// The pages of the local profile. Where they are, everybody with a token may read the schema by introspection.
    pub pages: Option<LocalPages>,
    /// The origins whose pages may ask GraphQL.
    pub origins: Origins,
    /// Since when the service runs.
    pub started: Instant,
    /// Cancelled when the service stops: what would last for ever ends then.
    pub stopping: CancellationToken,
}
