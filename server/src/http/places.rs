//! Places: how much of one thing is taken at once, by each caller and by all. Connections, streams, bodies and answers each
//! have their own.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use commands::{Actor, ActorKind};

use crate::config::{Bound, Limits};

/// Probes and scrapes need few connections.
const MANAGEMENT: Bound = Bound { each: 100, all: 100 };

/// What is bounded.
pub struct AllPlaces {
    /// Connections.
    pub(super) connections: Places,
    /// Connections of operators, where they have a port of their own.
    pub(super) management: Places,
    /// Bytes of bodies that are being read.
    pub(super) body_bytes: Places,
    /// Sockets.
    pub(super) sockets: Places,
    /// Operations over sockets, and streams of server-sent events.
    pub(super) streams: Places,
}

impl AllPlaces {
    /// As many as these limits have.
    pub(crate) fn new(limits: &Limits) -> Self {
        let connections = Bound {
            each: limits.connections,
            all: limits.connections,
        };
        Self {
            connections: Places::new("connections", connections),
            management: Places::new("management", MANAGEMENT),
            body_bytes: Places::new("body_bytes", limits.body_bytes),
            sockets: Places::new("sockets", limits.sockets),
            streams: Places::new("streams", limits.streams),
        }
    }
}

type Owner = (ActorKind, String);

/// Places of one kind. Clones are the same places.
#[derive(Debug, Clone)]
pub(crate) struct Places(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    /// What they are for, as metrics name it.
    of: &'static str,
    bound: Bound,
    taken: Mutex<Taken>,
}

#[derive(Debug, Default)]
struct Taken {
    by_all: usize,
    by_each: HashMap<Owner, usize>,
}

/// Places that somebody has; free again when this is dropped.
#[derive(Debug)]
pub(crate) struct Place {
    of: Arc<Shared>,
    owner: Option<Owner>,
    size: usize,
}

/// Whose bound leaves no room.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Full {
    /// The caller's own: they have to give something up.
    Caller,
    /// That of the whole service: they may come back.
    Service,
}

impl Places {
    /// Nobody has any yet.
    pub(crate) fn new(of: &'static str, bound: Bound) -> Self {
        let taken = Mutex::default();
        Self(Arc::new(Shared { of, bound, taken }))
    }

    /// Takes a number of places: for a caller, or for a peer of whom nothing is known yet.
    ///
    /// # Errors
    /// When there is no room.
    pub(crate) fn take(&self, caller: Option<&Actor>, size: usize) -> Result<Place, Full> {
        let owner = caller.map(|caller| (caller.kind, caller.id.clone()));
        let taken = self.0.add(owner.as_ref(), size);
        if let Err(full) = taken {
            let bound = match full {
                Full::Caller => "caller",
                Full::Service => "service",
            };
            metrics::counter!("bound_refusals_total", "of" => self.0.of, "bound" => bound).increment(1);
        }
        taken.map(|()| Place {
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

    fn add(&self, owner: Option<&Owner>, size: usize) -> Result<(), Full> {
        let mut taken = self.taken();
        let by_all = taken.by_all.saturating_add(size);
        if by_all > self.bound.all {
            return Err(Full::Service);
        }
        if let Some(owner) = owner {
            let theirs = taken.by_each.get(owner).copied().unwrap_or_default();
            let theirs = theirs.saturating_add(size);
            if theirs > self.bound.each {
                return Err(Full::Caller);
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

impl Drop for Place {
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
        let places = Places::new("tests", Bound { each: 2, all: 3 });
        let (ann, bob) = (actor("ANN"), actor("BOB"));
        let both = places.take(Some(&ann), 2).unwrap();
        assert_eq!(places.take(Some(&ann), 1).unwrap_err(), Full::Caller);
        let bobs = places.take(Some(&bob), 1).unwrap();
        assert_eq!(places.take(Some(&bob), 1).unwrap_err(), Full::Service);
        assert_eq!(places.take(None, 1).unwrap_err(), Full::Service);
        drop(both);
        let unknown = places.take(None, 2).unwrap();
        drop((bobs, unknown));
        assert!(places.0.taken().by_each.is_empty());
        assert_eq!(places.0.taken().by_all, 0);
    }
}
