//! The rules that no aggregate owns: pure functions of facts and a date, each under a version of the rules.

pub mod early_allocation;
pub mod handover;
pub mod handover_list;
pub mod movement;
pub mod parole;
pub mod policy;
pub mod recalculation;
