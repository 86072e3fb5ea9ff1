//! Parole: the reviews of a prisoner, which of them counts, and what the register's daily file makes of them. Handover rules 9.

mod review;

pub use review::{HearingOutcome, ParoleReview, ReviewStatus};
