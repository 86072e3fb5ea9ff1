//! The upstream services over HTTP, each below its own path: one file for each, and a row in `api.rs`.
//!
//! `/admin` makes them fail, moves prisoners and renames staff. It asks for no token: the simulator is never in a production path.

mod admin;
mod api;
mod documents;
mod faults;
mod hmpps_auth;
mod nomis_user_roles;
mod prisoner_search;

use std::{
    collections::HashMap,
    io,
    net::{Ipv4Addr, SocketAddr},
    path::PathBuf,
    sync::{Arc, PoisonError, RwLock},
};

use axum::{Json, Router, routing::get};
use domain::{NomsNumber, StaffId};
use serde_json::{Map, Value, json};
use tokio::{net::TcpListener, task::JoinHandle};
use tokio_util::sync::CancellationToken;

pub use api::Api;
pub use faults::{Fault, FaultKind};

use crate::{
    Population,
    tokens::{TokenFault, TokenIssuer},
};
use faults::Faults;

/// The client that may ask the simulated hmpps-auth for a token of its own.
pub const CLIENT_ID: &str = "pom-allocations-local";
/// Its secret, which opens nothing but a simulator.
pub const CLIENT_SECRET: &str = "simulated";

/// How to start.
#[derive(Debug, Clone)]
pub struct SimulatorOptions {
    /// Where to listen; port 0 takes a free one.
    pub listen: SocketAddr,
    /// Where the token key is kept; absent for one that is gone afterwards.
    pub key_file: Option<PathBuf>,
    /// Whom the upstream services know.
    pub population: Arc<Population>,
}

impl SimulatorOptions {
    /// On a free local port, with a key that is gone afterwards.
    #[must_use]
    pub fn for_tests(population: Arc<Population>) -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            key_file: None,
            population,
        }
    }
}

/// The simulator cannot start.
#[derive(Debug, thiserror::Error)]
pub enum StartFault {
    /// The address is taken or not ours.
    #[error("the simulator cannot listen on {address}: choose another port")]
    Listen {
        /// Which.
        address: SocketAddr,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// The token key cannot be had.
    #[error(transparent)]
    Tokens(#[from] TokenFault),
}

/// What all handlers share.
#[derive(Debug)]
struct World {
    population: Arc<Population>,
    issuer: TokenIssuer,
    faults: Faults,
    /// What happened to prisoners since: members of their documents that differ from the population's.
    changes: RwLock<HashMap<NomsNumber, Map<String, Value>>>,
    /// What became of members of staff since: the same of theirs.
    staff_changes: RwLock<HashMap<StaffId, Map<String, Value>>>,
}

/// The running upstream services; they stop when this is dropped.
#[derive(Debug)]
pub struct Simulator {
    address: SocketAddr,
    world: Arc<World>,
    stopped: CancellationToken,
    serving: JoinHandle<()>,
}

impl Simulator {
    /// Starts listening; requests are answered when this returns.
    ///
    /// # Errors
    /// When the address or the key file cannot be used.
    pub async fn start(options: SimulatorOptions) -> Result<Self, StartFault> {
        let issuer = match options.key_file {
            Some(file) => TokenIssuer::open(file)?,
            None => TokenIssuer::in_memory()?,
        };
        let world = Arc::new(World {
            population: options.population,
            issuer,
            faults: Faults::default(),
            changes: RwLock::default(),
            staff_changes: RwLock::default(),
        });
        let address = options.listen;
        let listen_fault = |source| StartFault::Listen { address, source };
        let listener = TcpListener::bind(address).await.map_err(listen_fault)?;
        let address = listener.local_addr().map_err(listen_fault)?;
        let stopped = CancellationToken::new();
        let server =
            axum::serve(listener, router(&world)).with_graceful_shutdown(stopped.clone().cancelled_owned());
        let serving = tokio::spawn(async move {
            if let Err(error) = server.await {
                tracing::error!(%error, "the simulator stopped");
            }
        });
        Ok(Self {
            address,
            world,
            stopped,
            serving,
        })
    }

    /// `http://127.0.0.1:port`.
    #[must_use]
    pub fn base_url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The base address of one of the services, without a slash at the end.
    #[must_use]
    pub fn url(&self, api: Api) -> String {
        format!("{}/{}", self.base_url(), api.row().path)
    }

    /// The name and the address of every service.
    pub fn addresses(&self) -> impl Iterator<Item = (&'static str, String)> {
        Api::ALL.into_iter().map(|api| (api.name(), self.url(api)))
    }

    /// Who signs the tokens.
    #[must_use]
    pub fn issuer(&self) -> &TokenIssuer {
        &self.world.issuer
    }

    /// Makes a service fail, or with none work again.
    pub fn set_fault(&self, api: Api, fault: Option<Fault>) {
        self.world.faults.set(api, fault);
    }

    /// How many requests a service had so far, pings not counted.
    #[must_use]
    pub fn requests(&self, api: Api) -> u64 {
        self.world.faults.requests(api)
    }

    /// Changes members of a prisoner's prisoner-search document; makes the prisoner when there is none.
    pub fn change_prisoner(&self, noms: NomsNumber, members: Map<String, Value>) {
        self.world.change_prisoner(noms, members);
    }

    /// Changes members of the document of a member of staff; makes the person when there is none.
    pub fn change_staff(&self, staff: StaffId, members: Map<String, Value>) {
        self.world.change_staff(staff, members);
    }

    /// Stops once the requests under way are answered.
    pub async fn stop(mut self) {
        self.stopped.cancel();
        if let Err(error) = (&mut self.serving).await {
            tracing::error!(%error, "the simulator did not stop in order");
        }
    }
}

impl Drop for Simulator {
    fn drop(&mut self) {
        self.stopped.cancel();
    }
}

impl World {
    fn change_prisoner(&self, noms: NomsNumber, members: Map<String, Value>) {
        let mut changes = self.changes.write().unwrap_or_else(PoisonError::into_inner);
        changes.entry(noms).or_default().extend(members);
    }

    fn change_staff(&self, staff: StaffId, members: Map<String, Value>) {
        let mut changes = self.staff_changes.write().unwrap_or_else(PoisonError::into_inner);
        changes.entry(staff).or_default().extend(members);
    }
}

fn router(world: &Arc<World>) -> Router {
    let services = |router, api: Api| api.mount(router, world);
    Api::ALL
        .into_iter()
        .fold(Router::new(), services)
        .nest("/admin", admin::router(world))
        .route("/health/ping", get(up))
}

async fn up() -> Json<Value> {
    Json(json!({ "status": "UP" }))
}
