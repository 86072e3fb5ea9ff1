//! Parole: the reviews of a prisoner, which of them counts, and what the register's daily file makes of them. Handover rules 9.

mod approaching;
mod catching_up;
mod file_date;
mod history;
mod import;
mod outcome_date;
mod register;
mod review;
mod shown;
mod words;

pub use approaching::{NextParole, ParoleDateKind, ParoleDates};
pub use catching_up::{days_to_import, is_purged};
pub use file_date::{FileDateFormat, UnreadableDate};
pub use history::ParoleHistory;
pub use import::{ImportCounts, Register, import};
pub use outcome_date::{OutcomeDateRefusal, accept_outcome_date, stored_outcome_date};
pub use register::{RegisterRow, RegisteredReview, ReviewKey, RowRefusal};
pub use review::{HearingOutcome, ParoleReview, ResultMeaning, ReviewStatus};
pub use words::{current_outcome, historic_outcome};
