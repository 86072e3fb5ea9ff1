//! An HMPPS world to run against on a laptop and in tests.
//!
//! [`Population`] invents an estate that a seed repeats exactly; [`TokenIssuer`] signs tokens as hmpps-auth does;
//! [`Simulator`] serves both over HTTP the way the upstream services do, faults on request included.

mod dice;
pub mod example;
pub mod population;
pub mod tokens;
pub mod upstreams;

pub use population::Population;
pub use tokens::{ISSUER, TokenIssuer, TokenRequest};
pub use upstreams::{Api, Fault, FaultKind, Simulator, SimulatorOptions};
