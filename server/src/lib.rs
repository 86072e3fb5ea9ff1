//! The service: configuration, HTTP routes and command line.
