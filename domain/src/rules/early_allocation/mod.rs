//! Early allocation: whether the community takes responsibility before the usual date. Handover rules 8.

mod answers;
mod assessment;
mod form;
mod saving;
mod status;
mod window;

pub use answers::{Answers, Outcome, Question};
pub use assessment::{Assessment, Verdict};
pub use form::{
    CannotStart, Justification, OasysDateRefusal, SavingRefusal, accept_oasys_date, can_start,
    creation_refusals, decision_refusals,
};
pub use saving::{AfterSaving, ReassessmentFacts, ReferralEmail, after_saving, changed_eligibility};
pub use status::{AssessedCase, State};
pub use window::ReferralDates;
