//! Who is responsible for a case, prison or community, and from which day. Handover rules 3 to 7.

mod reason;
mod responsibility;
mod version;

pub use reason::Reason;
pub use responsibility::{Part, Responsibility, Roles};
pub use version::{Departure, RulesVersion, UnknownRules};
