//! The sender of a request.

use std::sync::Arc;

use commands::access::{Principal, Role};
use uuid::Uuid;

use crate::{
    budget::Budget,
    renewal::{Renewal, Standing},
};

/// The `Idempotency-Key` header: the same thing as `commandId` in the input.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IdempotencyKey(pub Uuid);

/// Whether the schema may be introspected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MayIntrospect(pub bool);

/// Whether the transport lets a request change something: a GET does not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MayMutate(pub bool);

/// The sender of a request, and the context of the request.
#[derive(Debug, Clone)]
pub struct Caller {
    /// The principal, as the token proves.
    pub principal: Arc<Principal>,
    /// The `Idempotency-Key` header, if sent.
    pub idempotency_key: Option<IdempotencyKey>,
    /// Whether they may introspect the schema.
    pub may_introspect: MayIntrospect,
    /// Whether they may change something by this transport.
    pub may_mutate: MayMutate,
    /// The correlation id of everything that the request causes.
    pub correlation_id: Uuid,
    /// The renewal of the principal, for a connection that outlasts it.
    pub renewal: Option<Renewal>,
    /// Their budget of cost and of concurrent requests.
    pub budget: Arc<Budget>,
}

impl Caller {
    /// A caller who may mutate, without limits. Developers may introspect.
    #[must_use]
    pub fn new(principal: impl Into<Arc<Principal>>) -> Self {
        let principal = principal.into();
        Self {
            may_introspect: MayIntrospect(principal.has_any(&[Role::Developer])),
            principal,
            idempotency_key: None,
            may_mutate: MayMutate(true),
            correlation_id: Uuid::now_v7(),
            renewal: None,
            budget: Budget::unlimited(),
        }
    }

    /// Their principal, renewed while the request lasts.
    pub(crate) fn standing(&self) -> Standing {
        Standing::new(Arc::clone(&self.principal), self.renewal.clone())
    }
}
