//! Permits: how much of one thing each caller and all callers together hold at once. Connections, streams and bodies have a
//! pool each.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use commands::{Actor, ActorKind};

use crate::config::{Bound, Limits};

/// Probes and scrapes need few connections.
const MANAGEMENT: Bound = Bound { each: 100, all: 100 };

/// The pool of each bounded thing.
pub struct PermitPools {
    /// Connections.
    pub(super) connections: PermitPool,
    /// Connections to the management port.
    pub(super) management: PermitPool,
    /// Bytes of request bodies.
    pub(super) body_bytes: PermitPool,
    /// Sockets.
    pub(super) sockets: PermitPool,
    /// Operations over sockets, and streams of server-sent events.
    pub(super) streams: PermitPool,
}

impl PermitPools {
    /// The pools that these limits describe.
    pub(crate) fn new(limits: &Limits) -> Self {
        let connections = Bound {
            each: limits.connections,
            all: limits.connections,
        };
        Self {
            connections: PermitPool::new("connections", connections),
            management: PermitPool::new("management", MANAGEMENT),
            body_bytes: PermitPool::new("body_bytes", limits.body_bytes),
            sockets: PermitPool::new("sockets", limits.sockets),
            streams: PermitPool::new("streams", limits.streams),
        }
    }
}

type Owner = (ActorKind, String);

/// The permits of one kind. Clones share them.
#[derive(Debug, Clone)]
pub(crate) struct PermitPool(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    /// The label `of` in metrics.
    of: &'static str,
    bound: Bound,
    taken: Mutex<Taken>,
}

#[derive(Debug, Default)]
struct Taken {
    by_all: usize,
    by_each: HashMap<Owner, usize>,
}

/// Permits that a caller holds until this is dropped.
#[derive(Debug)]
pub(crate) struct Permit {
    of: Arc<Shared>,
    owner: Option<Owner>,
    size: usize,
}

/// The bound that is reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exhausted {
    /// The caller's: they have to release something.
    Caller,
    /// The service's: they may try again later.
    Service,
}

impl PermitPool {
    /// A pool of which nothing is taken.
    pub(crate) fn new(of: &'static str, bound: Bound) -> Self {
        let taken = Mutex::default();
        Self(Arc::new(Shared { of, bound, taken }))
    }

    /// Takes `size` permits for a caller, or for a peer that is not authenticated yet.
    ///
    /// # Errors
    /// When there is no room.
    pub(crate) fn take(&self, caller: Option<&Actor>, size: usize) -> Result<Permit, Exhausted> {
        let owner = caller.map(|caller| (caller.kind, caller.id.clone()));
        let taken = self.0.add(owner.as_ref(), size);
        if let Err(full) = taken {
            let bound = match full {
                Exhausted::Caller => "caller",
                Exhausted::Service => "service",
            };
            metrics::counter!("bound_refusals_total", "of" => self.0.of, "bound" => bound).increment(1);
        }
        taken.map(|()| Permit {
            of: Arc::clone(&self.0),
            owner,
            size,
        })
    }
}

impl Shared {
    fn taken(&self) -> MutexGuard<'_, Taken> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn add(&self, owner: Option<&Owner>, size: usize) -> Result<(), Exhausted> {
        let mut taken = self.taken();
        let by_all = taken.by_all.saturating_add(size);
        if by_all > self.bound.all {
            return Err(Exhausted::Service);
        }
        if let Some(owner) = owner {
            let theirs = taken.by_each.get(owner).copied().unwrap_or_default();
            let theirs = theirs.saturating_add(size);
            if theirs > self.bound.each {
                return Err(Exhausted::Caller);
            }
            taken.by_each.insert(owner.clone(), theirs);
        }
        taken.by_all = by_all;
        self.show(by_all);
        Ok(())
    }

    fn free(&self, owner: Option<&Owner>, size: usize) {
        let mut taken = self.taken();
        taken.by_all = taken.by_all.saturating_sub(size);
        if let Some(owner) = owner
            && let Some(theirs) = taken.by_each.get_mut(owner)
        {
            *theirs = theirs.saturating_sub(size);
            if *theirs == 0 {
                taken.by_each.remove(owner);
            }
        }
        self.show(taken.by_all);
    }

    #[expect(clippy::cast_precision_loss, reason = "a gauge of far fewer than 2^52")]
    fn show(&self, by_all: usize) {
        metrics::gauge!("bound_taken", "of" => self.of).set(by_all as f64);
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        self.of.free(self.owner.as_ref(), self.size);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn actor(id: &str) -> Actor {
        Actor {
            kind: ActorKind::User,
            id: id.to_owned(),
            display_name: None,
            client_id: None,
        }
    }

    #[test]
    fn each_caller_takes_so_many_all_together_so_many_and_what_is_given_back_is_free() {
        let permits = PermitPool::new("tests", Bound { each: 2, all: 3 });
        let (ann, bob) = (actor("ANN"), actor("BOB"));
        let both = permits.take(Some(&ann), 2).unwrap();
        assert_eq!(permits.take(Some(&ann), 1).unwrap_err(), Exhausted::Caller);
        let bobs = permits.take(Some(&bob), 1).unwrap();
        assert_eq!(permits.take(Some(&bob), 1).unwrap_err(), Exhausted::Service);
        assert_eq!(permits.take(None, 1).unwrap_err(), Exhausted::Service);
        drop(both);
        let unknown = permits.take(None, 2).unwrap();
        drop((bobs, unknown));
        assert!(permits.0.taken().by_each.is_empty());
        assert_eq!(permits.0.taken().by_all, 0);
    }
}
