//! The HMPPS world: tokens and typed clients behind the ports.
//!
//! [`Authenticator`] turns a bearer token into the caller whom the write side knows; [`PrisonerSearch`] and
//! [`NomisUserRoles`] answer its questions of fact. Everything upstream may be slow, wrong or away.

mod authenticator;
mod client;
mod jwt;
mod nomis_user_roles;
mod ping;
mod prisoner_search;
mod tolerant;

pub use authenticator::{Authenticator, Caller, CaseloadMemory};
pub use client::{
    ClientCredentials, ClientTimeouts, HttpClientFault, Upstream, UpstreamFault, http_client,
    use_ring_for_tls,
};
pub use jwt::{TokenError, TokenVerifier, VerifiedToken, VerifierOptions, is_identifier};
pub use nomis_user_roles::{Account, NomisUserRoles};
pub use ping::{Ping, ping};
pub use prisoner_search::PrisonerSearch;
