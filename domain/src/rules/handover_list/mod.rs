//! The lists of handovers, what is to be done for each, and who is written to about them. Handover rules 11 and 12.

mod checklist;
mod com_banner;
mod email;
mod kind;
mod ldu_emails;
mod ldu_hint;
mod lists;
mod monthly;
mod record;
mod reminders;
mod tasks;

pub use checklist::{Checklist, HandoverTask, may_edit_checklist};
pub use com_banner::needs_com;
pub use email::{Addresses, Email, Recipient};
pub use kind::HandoverType;
pub use ldu_emails::{ChasedPom, PipelineFacts};
pub use ldu_hint::LduHint;
pub use lists::{ListedCase, ListedProbation, Progress};
pub use monthly::{MonthlyEmail, monthly_list, monthly_release};
pub use record::HandoverRecord;
pub use reminders::{Reminder, ReminderFacts, ReminderLost, SentReminder};
pub use tasks::{PomTask, pom_tasks};
