//! The HMPPS world: one table of upstream services, their clients behind the ports, and the tokens of callers.
//!
//! [`UPSTREAMS`] is the table and [`Connections`] the clients. [`Authenticator`] turns a bearer token into the caller of a
//! command. Every upstream service may be slow, wrong or down.

mod authenticator;
mod clients;
mod connections;
mod jwt;
mod ping;
mod tolerant;
mod transport;
mod upstreams;

pub use authenticator::{Authenticator, Caller, CaseloadMemory};
pub use clients::{Account, NomisUserRoles, PrisonerSearch};
pub use connections::{ConnectFault, Connections, OwnClient, UpstreamSettings};
pub use jwt::{TokenError, TokenVerifier, VerifiedToken, VerifierOptions, is_identifier};
pub use ping::{Ping, ping};
pub use transport::{HttpClientFault, UpstreamClient, UpstreamFault, http_client, use_ring_for_tls};
pub use upstreams::{Credential, HMPPS_AUTH, NOMIS_USER_ROLES, PRISONER_SEARCH, UPSTREAMS, Upstream};
