//! The write side: one bus through which every change enters.
//!
//! A command is authorised, deduplicated, decided on what is known, and appended; its caller gets a receipt.

pub mod access;
pub mod ports;
