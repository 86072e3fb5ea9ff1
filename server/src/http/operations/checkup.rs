//! The health of the components that the service depends on. It is checked on request and cached for a moment, because anybody
//! may ask and each request checks all of them.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use futures::future::{BoxFuture, join_all};
use moka::future::Cache;
use serde::Serialize;

/// How long one component may take to answer.
pub(super) const TIMEOUT: Duration = Duration::from_secs(2);

/// How long the answers are cached.
const CACHE_TTL: Duration = Duration::from_secs(2);

/// Up or down.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "UPPERCASE")]
pub(crate) enum Status {
    /// Works.
    Up,
    /// Does not.
    Down,
}

/// The health of one component.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Component {
    /// Whether it works.
    pub status: Status,
    /// Details for operators.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub details: BTreeMap<String, String>,
}

impl Component {
    /// A component that answered, or not, with what it said.
    #[must_use]
    pub(crate) fn new(up: bool, details: impl IntoIterator<Item = (String, String)>) -> Self {
        Self {
            status: if up { Status::Up } else { Status::Down },
            details: details.into_iter().collect(),
        }
    }
}

/// A component that is down, and why.
pub(super) fn wrong(why: &str) -> Component {
    Component::new(false, [("error".to_owned(), why.to_owned())])
}

/// Asks one component.
pub(crate) type Check = Box<dyn Fn() -> BoxFuture<'static, Component> + Send + Sync>;

type Components = Arc<BTreeMap<String, Component>>;

/// The components by name.
pub struct Checkup {
    checks: Vec<(String, Check)>,
    answered: Cache<(), Components>,
}

impl Checkup {
    pub(crate) fn new(checks: Vec<(String, Check)>) -> Self {
        let answered = Cache::builder().max_capacity(1).time_to_live(CACHE_TTL).build();
        Self { checks, answered }
    }

    /// The health of each component. Concurrent requests share one check.
    pub(super) async fn components(&self) -> Components {
        self.answered.get_with((), self.ask()).await
    }

    /// Checks all at once, each with its own timeout.
    async fn ask(&self) -> Components {
        let asked = self.checks.iter().map(|(name, check)| async move {
            let component = tokio::time::timeout(TIMEOUT, check())
                .await
                .unwrap_or_else(|_| wrong("no answer within 2 seconds"));
            (name.clone(), component)
        });
        Arc::new(join_all(asked).await.into_iter().collect())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use futures::FutureExt;

    use super::*;

    #[tokio::test]
    async fn however_many_ask_at_a_time_a_component_is_asked_once() {
        let asked = Arc::new(AtomicU32::new(0));
        let counted = asked.clone();
        let check: Check = Box::new(move || {
            counted.fetch_add(1, Ordering::Relaxed);
            async {
                tokio::task::yield_now().await;
                Component::new(false, [])
            }
            .boxed()
        });
        let checkup = Checkup::new(vec![("db".to_owned(), check)]);
        let answers = join_all((0..50).map(|_| checkup.components())).await;
        assert!(
            answers
                .iter()
                .all(|components| components["db"].status == Status::Down)
        );
        checkup.components().await;
        assert_eq!(asked.load(Ordering::Relaxed), 1);
    }
}
