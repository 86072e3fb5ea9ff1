//! The lists of handovers, what is to be done for each, and who is written to about them. Handover rules 11 and 12.

mod checklist;
mod kind;
mod ldu_emails;
mod lists;
mod record;
mod reminders;
mod tasks;

pub use checklist::{Checklist, HandoverTask, may_edit_checklist};
pub use kind::HandoverType;
pub use ldu_emails::PipelineFacts;
pub use lists::{ListedCase, ListedProbation, Progress};
pub use record::HandoverRecord;
pub use reminders::{Reminder, ReminderFacts, ReminderLost, SentReminder};
pub use tasks::PomTask;
