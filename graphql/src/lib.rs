//! The face for user interfaces and services: a GraphQL schema over the command bus and the read models.
//!
//! A request passes the [`guard`] before it is parsed, is executed for a [`Caller`] through [`execute`] or
//! [`execute_stream`], and becomes an [`Answer`]. Resolvers decide nothing: they read through `access`, which asks
//! the rules, and change through the one bus.

mod access;
mod answer;
pub mod budget;
mod caller;
mod document;
mod execute;
mod extensions;
mod fault;
pub mod guard;
mod input;
mod limits;
mod mutation;
mod paging;
mod price;
mod query;
mod renewal;
mod scalars;
mod schema;
mod services;
mod subscription;
mod types;

pub use answer::{Answer, MediaType};
pub use caller::{Caller, IdempotencyKey, MayIntrospect, MayMutate};
pub use execute::{execute, execute_stream};
pub use fault::Code;
pub use guard::{GuardRefusal, GuardedRequest, MAX_BODY};
pub use renewal::{Renewal, Unrenewable};
pub use schema::{Schema, schema, sdl};
pub use services::Services;
