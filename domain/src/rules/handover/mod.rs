//! Who is responsible for a case, prison or community, and from which day. Handover rules 3 to 7.
//!
//! [`HandoverFacts`] go in; [`Situation`] is what follows from them; [`calculate`] reads like the policy; a [`Handover`]
//! comes out, which can say in words why. Every function takes the [`RulesVersion`] where the versions differ.

mod calculation;
mod effective;
mod explanation;
mod facts;
mod ground;
mod hearings;
mod open_conditions;
mod overriding;
mod published;
mod release;
mod responsibility;
mod sentences;
mod situation;
mod version;

pub use calculation::{DatedCase, calculate, date_rule, decide, responsibility_on, start_date};
pub use effective::{Effective, PomOfCase, shown_reason};
pub use explanation::Explanation;
pub use facts::{Approval, Arrival, Category, HandoverFacts, InvalidMappaLevel, MappaLevel, ProbationFacts};
pub use ground::{DateRule, Ground, Handover};
pub use hearings::{ParoleRefusal, is_far, last_completed, parole_refusal, target_hearing};
pub use open_conditions::{Conditions, OpenConditions, opened};
pub use overriding::{
    CannotOverride, NoRemovalReason, OverrideValue, ResponsibilityOverrideForm, ResponsibilityOverrideReason,
    ResponsibilityOverrideRefusal, accept_removal, can_override,
};
pub use published::{ComContact, PomContact, PublishedHandover, StoredHandover};
pub use release::{HandoverRelease, HandoverReleaseKind, ReleaseFacts, release_for_handover};
pub use responsibility::{Part, Responsibility, Roles};
pub use sentences::{
    AdditionalSentence, SentenceSequence, SentenceTerm, additional_sentence, sentence_sequences,
};
pub use situation::Situation;
pub use version::{Departure, RulesVersion, UnknownRules};

pub use crate::reference::Reason;
