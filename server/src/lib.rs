//! The service: configuration, HTTP routes and command line.
pub mod policy;
