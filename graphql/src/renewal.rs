//! Renewal of the principal: roles and caseloads change while a connection lasts.

use std::{fmt, future::pending, sync::Arc, time::Duration};

use commands::access::Principal;
use futures::future::BoxFuture;
use tokio::{
    sync::{Mutex, watch},
    time::{Instant, sleep_until},
};

use crate::fault::{Code, Fault};

/// The principal cannot be renewed now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("your caseloads cannot be checked now: try again in a moment")]
pub struct Unrenewable;

type Ask = dyn Fn() -> BoxFuture<'static, Result<Principal, Unrenewable>> + Send + Sync;

/// Renews a principal once it is too old. Clones share the renewed principal.
#[derive(Clone)]
pub struct Renewal(Arc<Known>);

struct Known {
    every: Duration,
    ask: Box<Ask>,
    principal: watch::Sender<Arc<Principal>>,
    /// The time of the last renewal. Locked during a renewal: the others wait for the same answer.
    since: Mutex<Instant>,
}

impl Renewal {
    /// Starts with this principal, and renews it when it is older than `every`.
    pub fn new(
        principal: Arc<Principal>,
        every: Duration,
        ask: impl Fn() -> BoxFuture<'static, Result<Principal, Unrenewable>> + Send + Sync + 'static,
    ) -> Self {
        Self(Arc::new(Known {
            every,
            ask: Box::new(ask),
            principal: watch::Sender::new(principal),
            since: Mutex::new(Instant::now()),
        }))
    }

    async fn due_at(&self) -> Instant {
        let since = *self.0.since.lock().await;
        since.checked_add(self.0.every).unwrap_or(since)
    }

    async fn renew(&self) -> Result<(), Unrenewable> {
        let mut since = self.0.since.lock().await;
        if since.elapsed() < self.0.every {
            return Ok(());
        }
        let asked_at = Instant::now();
        let principal = (self.0.ask)().await?;
        self.0.principal.send_replace(Arc::new(principal));
        *since = asked_at;
        Ok(())
    }
}

impl fmt::Debug for Renewal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Renewal")
            .field("every", &self.0.every)
            .finish_non_exhaustive()
    }
}

/// The principal of a request: the one it came with, or a renewed one.
pub(crate) struct Standing {
    came: Arc<Principal>,
    renewal: Option<Renewal>,
}

impl Standing {
    pub(crate) const fn new(came: Arc<Principal>, renewal: Option<Renewal>) -> Self {
        Self { came, renewal }
    }

    /// The newest known principal.
    pub(crate) fn principal(&self) -> Arc<Principal> {
        let renewed = self.renewal.as_ref();
        renewed.map_or_else(
            || self.came.clone(),
            |renewal| renewal.0.principal.borrow().clone(),
        )
    }

    /// Renews the principal, if it is too old.
    pub(crate) async fn renew(&self) -> Result<(), Fault> {
        match &self.renewal {
            Some(renewal) => renewal.renew().await.map_err(Fault::from),
            None => Ok(()),
        }
    }

    /// Waits until the principal is too old.
    pub(crate) async fn due(&self) {
        match &self.renewal {
            Some(renewal) => sleep_until(renewal.due_at().await).await,
            None => pending().await,
        }
    }
}

impl From<Unrenewable> for Fault {
    fn from(error: Unrenewable) -> Self {
        Self::new(Code::Overloaded, error.to_string())
    }
}
