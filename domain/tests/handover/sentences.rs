//! Whether there is an additional indeterminate sentence. Handover rules 4.6.

use domain::handover::{
    AdditionalSentence, Departure, RulesVersion, SentenceTerm, additional_sentence, sentence_sequences,
};

use crate::given::day;

const REFERENCE: RulesVersion = RulesVersion::REFERENCE;

fn term(case_id: i64, sequence: i64, start: &str, kind: &'static str) -> SentenceTerm<'static> {
    SentenceTerm {
        case_id: Some(case_id),
        sentence_sequence: Some(sequence),
        term_sequence: Some(1),
        line: Some(sequence),
        sentence_start: Some(day(start)),
        life: false,
        kind: Some(kind),
    }
}

fn additional(terms: &[SentenceTerm<'_>]) -> bool {
    additional_sentence(terms, REFERENCE).is_some()
}

#[test]
fn two_indeterminate_sentences_of_two_cases_begun_on_two_days_are_one_too_many() {
    let first = term(1, 1, "2010-01-01", "LIFE");
    let later = term(2, 2, "2011-01-01", "IPP");

    assert_eq!(
        additional_sentence(&[first, later], REFERENCE),
        Some(AdditionalSentence {
            first: day("2010-01-01"),
            last: day("2011-01-01"),
        })
    );
    assert!(!additional(&[first, term(2, 2, "2010-01-01", "IPP")]));
    assert!(!additional(&[first, term(1, 2, "2011-01-01", "IPP")]));
    assert!(!additional(&[first, term(2, 2, "2011-01-01", "ADIMP")]));
    assert!(!additional(&[first]));
    assert!(!additional(&[]));
}

#[test]
fn a_sentence_said_to_be_for_life_is_indeterminate_whatever_its_type() {
    let life = |case_id, start| SentenceTerm {
        life: true,
        kind: None,
        ..term(case_id, 1, start, "ADIMP")
    };
    assert!(additional(&[life(1, "2010-01-01"), life(2, "2011-01-01")]));
}

#[test]
fn a_case_begins_with_its_earliest_sentence_and_is_indeterminate_by_any() {
    let terms = [
        term(1, 2, "2012-01-01", "LIFE"),
        term(2, 1, "2011-01-01", "ADIMP"),
        term(1, 1, "2010-01-01", "ADIMP"),
        SentenceTerm {
            sentence_start: None,
            ..term(3, 1, "2010-01-01", "LIFE")
        },
    ];
    let sequences: Vec<_> = sentence_sequences(&terms, REFERENCE)
        .map(|sequence| (sequence.case_id, sequence.start, sequence.indeterminate))
        .collect();
    assert_eq!(
        sequences,
        [
            (Some(1), Some(day("2010-01-01")), true),
            (Some(2), Some(day("2011-01-01")), false),
            (Some(3), None, true),
        ]
    );
    assert!(!additional(&terms));
}

#[test]
fn of_a_repeated_term_the_present_service_believes_the_first_and_ours_whichever_says_most() {
    let settled = REFERENCE.with(Departure::TiesSettled);
    let first = term(1, 1, "2010-01-01", "LIFE");
    let fixed = term(2, 1, "2011-01-01", "ADIMP");
    let life = term(2, 1, "2011-01-01", "LIFE");

    assert!(!additional(&[first, fixed, life]));
    assert!(additional(&[first, life, fixed]));
    for terms in [[first, fixed, life], [first, life, fixed]] {
        assert!(additional_sentence(&terms, settled).is_some());
    }
    for other in [
        SentenceTerm {
            line: Some(9),
            ..life
        },
        SentenceTerm {
            term_sequence: Some(9),
            ..life
        },
        SentenceTerm {
            sentence_sequence: Some(9),
            ..life
        },
        SentenceTerm {
            sentence_start: Some(day("2011-01-02")),
            ..life
        },
    ] {
        assert!(additional(&[first, fixed, other]), "{other:?} is another term");
    }
}
