//! Whether there is an additional indeterminate sentence, and how the terms make sequences.

use chrono::NaiveDate;
use domain::handover::{additional_sentence, sentence_sequences};
use serde::{Deserialize, Serialize};

use super::facts::{GivenTerm, sentence_terms};
use crate::{
    reading::list,
    rule::{BadCase, Question, Reply},
};

#[derive(Deserialize)]
#[cfg_attr(test, derive(Debug, serde::Serialize))]
#[serde(rename_all = "camelCase")]
struct Given<'a> {
    #[serde(borrow, deserialize_with = "list")]
    sentence_terms: Vec<GivenTerm<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Sequences {
    sequences: Vec<Sequence>,
    additional_isp: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Sequence {
    sentence_start_date: Option<NaiveDate>,
    indeterminate: bool,
}

/// The sequences in the order of their starts, and the answer.
pub(super) fn answer(question: &Question<'_>, reply: &mut Reply) -> Result<(), BadCase> {
    let given: Given<'_> = question.given()?;
    let terms = sentence_terms(&given.sentence_terms)?;
    let mut sequences: Vec<_> = sentence_sequences(&terms, question.rules).collect();
    sequences.sort_by_key(|sequence| (sequence.start, sequence.case_id));
    reply.say(&Sequences {
        sequences: sequences
            .into_iter()
            .map(|sequence| Sequence {
                sentence_start_date: sequence.start,
                indeterminate: sequence.indeterminate,
            })
            .collect(),
        additional_isp: additional_sentence(&terms, question.rules).is_some(),
    })
}
