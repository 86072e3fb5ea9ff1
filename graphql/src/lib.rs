//! The face for user interfaces and services.
