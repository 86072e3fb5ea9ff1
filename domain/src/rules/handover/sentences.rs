//! Whether someone serves a second indeterminate sentence. Handover rules 4.6.

use chrono::NaiveDate;

use super::{Departure, RulesVersion};
use crate::reference::is_indeterminate_type;

/// One term of a sentence, from prison-api.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct SentenceTerm<'a> {
    /// The court case. Terms without one belong to one case of their own.
    pub case_id: Option<i64>,
    /// The sentence within the booking.
    pub sentence_sequence: Option<i64>,
    /// The term within the sentence.
    pub term_sequence: Option<i64>,
    /// The line on which NOMIS shows it.
    pub line: Option<i64>,
    /// Start of the sentence, London calendar date.
    pub sentence_start: Option<NaiveDate>,
    /// Said to be a life sentence. Not said counts as no.
    pub life: bool,
    /// The sentence's type, a code.
    pub kind: Option<&'a str>,
}

/// The sentences of one court case, seen as one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SentenceSequence {
    /// The court case.
    pub case_id: Option<i64>,
    /// The earliest start of its sentences.
    pub start: Option<NaiveDate>,
    /// Any of its sentences has no fixed end.
    pub indeterminate: bool,
}

/// Two indeterminate sentences, the second begun later than the first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AdditionalSentence {
    /// When the first began.
    pub first: NaiveDate,
    /// When the last began.
    pub last: NaiveDate,
}

/// The sequence of each court case, in the order in which the cases are first named.
pub fn sentence_sequences<'t>(
    terms: &'t [SentenceTerm<'t>],
    rules: RulesVersion,
) -> impl Iterator<Item = SentenceSequence> + 't {
    let named_before = |place: usize, case_id| terms.iter().take(place).any(|term| term.case_id == case_id);
    terms
        .iter()
        .enumerate()
        .filter(move |(place, term)| !named_before(*place, term.case_id))
        .map(move |(_, term)| sequence(term.case_id, terms, rules))
}

fn sequence(case_id: Option<i64>, terms: &[SentenceTerm<'_>], rules: RulesVersion) -> SentenceSequence {
    let of_case = || terms.iter().filter(move |term| term.case_id == case_id);
    SentenceSequence {
        case_id,
        start: of_case().filter_map(|term| term.sentence_start).min(),
        indeterminate: of_case()
            .enumerate()
            .filter(|(_, term)| term.is_indeterminate())
            .any(|(place, term)| {
                rules.has(Departure::TiesSettled)
                    || !of_case().take(place).any(|earlier| earlier.repeats(term))
            }),
    }
}

/// The first and last start of the indeterminate sequences, if they differ.
#[must_use]
pub fn additional_sentence(terms: &[SentenceTerm<'_>], rules: RulesVersion) -> Option<AdditionalSentence> {
    let (first, last) = sentence_sequences(terms, rules)
        .filter(|sequence| sequence.indeterminate)
        .filter_map(|sequence| sequence.start)
        .map(|start| (start, start))
        .reduce(|(first, last), (start, _)| (first.min(start), last.max(start)))?;
    (last > first).then_some(AdditionalSentence { first, last })
}

impl SentenceTerm<'_> {
    /// Has no fixed end.
    #[must_use]
    pub fn is_indeterminate(&self) -> bool {
        self.life || self.kind.is_some_and(is_indeterminate_type)
    }

    /// The same term once more. Where the two say different things of it, the present service believes the first it meets.
    fn repeats(&self, other: &Self) -> bool {
        self.case_id == other.case_id
            && self.sentence_start == other.sentence_start
            && self.sentence_sequence == other.sentence_sequence
            && self.term_sequence == other.term_sequence
            && self.line == other.line
    }
}
