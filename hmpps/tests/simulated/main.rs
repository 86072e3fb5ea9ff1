//! Tokens and clients against a simulated HMPPS, over real HTTP.

#![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

mod table;
mod tokens;
mod upstreams;
mod world;
