//! The values that aggregates and rules share: identifiers, codes, dates, names and personal data.

pub mod calendar;
pub(crate) mod coded;
mod ids;
mod legal_status;
pub(crate) mod london;
mod moment;
pub mod names;
mod personal;
mod pom;
mod risk;

pub use coded::UnknownCode;
pub use ids::{InvalidId, NomsNumber, PrisonCode, StaffId};
pub use legal_status::LegalStatus;
pub use london::london_date;
pub use moment::Moment;
pub use names::shown_name;
pub use personal::{PERSONAL, Personal};
pub use pom::{InvalidWorkingPattern, PomPosition, PomStatus, WorkingPattern};
pub use risk::{Complexity, RoshLevel, Tier};
