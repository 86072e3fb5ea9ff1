//! What follows from the facts of a case before anything is calculated. Handover rules 3.2 and 4.

use chrono::NaiveDate;

use super::{
    HandoverFacts, RulesVersion,
    facts::MappaLevel,
    hearings::{ParoleRefusal, is_far, parole_refusal, target_hearing},
    open_conditions::Conditions,
    release::{HandoverRelease, ReleaseFacts, release_for_handover},
    sentences::{AdditionalSentence, additional_sentence},
};
use crate::{
    Moment,
    early_allocation::{AssessedCase, ReferralDates, State},
    prisoner::{EarliestRelease, OutsidePolicy, adult_on, inside_policy},
    reference::Imprisonment,
};

/// A case as the calculation sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each answers a question of the policy"
)]
pub struct Situation {
    /// Whole years; absent when the date of birth is unknown or to come.
    pub age: Option<u32>,
    /// Has reached the eighteenth birthday; absent when the date of birth is unknown. Handover rules 3.2.
    pub adult: Option<bool>,
    /// Why they are held.
    pub imprisonment: Imprisonment,
    /// Serving a sentence whose end can be told. Handover rules 3.2.
    pub sentenced: bool,
    /// Serving an indeterminate sentence.
    pub indeterminate: bool,
    /// Recalled from licence.
    pub recalled: bool,
    /// MAPPA level, where known.
    pub mappa: Option<MappaLevel>,
    /// Start of the sentence.
    pub sentence_start: Option<NaiveDate>,
    /// The earliest release as lists show it. Handover rules 4.1.
    pub shown_release: Option<EarliestRelease>,
    /// Counts as released in lists and mails. Handover rules 4.1.
    pub released: bool,
    /// The release from which the handover is reckoned. Handover rules 4.2.
    pub release: Option<HandoverRelease>,
    /// The latest hearing of the sentence. Handover rules 4.3.
    pub hearing: Option<NaiveDate>,
    /// That hearing, where it is 12 months or more away. Handover rules 4.4.
    pub far_hearing: Option<NaiveDate>,
    /// The last parole result, where it was not release. Handover rules 4.5.
    pub refused: Option<ParoleRefusal>,
    /// A second indeterminate sentence; looked for in indeterminate cases only. Handover rules 4.6.
    pub additional: Option<AdditionalSentence>,
    /// Where they are. Handover rules 4.7.
    pub conditions: Conditions,
    /// Early enough to be referred. Handover rules 8.3.
    pub within_referral_window: bool,
    /// How the case stands with early allocation. Handover rules 8.5.
    pub early_allocation: Option<State>,
    /// The day of the latest assessment for early allocation.
    pub assessed_on: Option<NaiveDate>,
}

impl Situation {
    /// What follows from these facts at this moment.
    #[must_use]
    pub fn of(facts: &HandoverFacts<'_>, at: Moment, rules: RulesVersion) -> Self {
        let (dates, today) = (&facts.dates, at.today());
        let (reviews, start) = (facts.parole_reviews, dates.sentence_start);
        let hearing = target_hearing(reviews, start);
        let additional = || additional_sentence(facts.sentence_terms, rules);
        let released = ReleaseFacts {
            dates,
            indeterminate: facts.indeterminate,
            recalled: facts.recall,
        };
        let within_referral_window = ReferralDates::of(dates, hearing).within_window(today);
        Self {
            age: facts.date_of_birth.and_then(|born| today.years_since(born)),
            adult: facts.date_of_birth.map(|born| adult_on(born) <= today),
            imprisonment: facts.imprisonment,
            sentenced: dates.is_sentence(facts.indeterminate),
            indeterminate: facts.indeterminate,
            recalled: facts.recall,
            mappa: facts.probation.mappa,
            sentence_start: start,
            shown_release: dates.earliest_release_under(today, rules),
            released: released.counts_as_released(at, rules),
            release: release_for_handover(facts.indeterminate, dates, hearing, today),
            hearing,
            far_hearing: hearing.filter(|hearing| is_far(*hearing, at, rules)),
            refused: parole_refusal(reviews, start, rules),
            additional: facts.indeterminate.then(additional).flatten(),
            conditions: Conditions::of(facts),
            within_referral_window,
            early_allocation: assessed(facts).state(within_referral_window, today, rules),
            assessed_on: assessed(facts)
                .latest(rules)
                .map(|latest| latest.created_on(rules)),
        }
    }

    /// Whether the case is inside the policy by which cases get a prison offender manager. Handover rules 3.2.
    ///
    /// # Errors
    /// When it is outside, by which of the conditions.
    pub fn inside_policy(&self) -> Result<(), OutsidePolicy> {
        inside_policy(self.adult, self.sentenced, self.imprisonment)
    }
}

fn assessed<'a>(facts: &HandoverFacts<'a>) -> AssessedCase<'a> {
    AssessedCase {
        sentence_start: facts.dates.sentence_start,
        licence_expiry: facts.dates.licence_expiry,
        assessments: facts.assessments,
    }
}
