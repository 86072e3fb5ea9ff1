//! How results read, and on which day they were received.

use domain::{
    handover::Departure,
    parole::{
        HearingOutcome, OutcomeDateRefusal, accept_outcome_date, current_outcome, historic_outcome,
        stored_outcome_date,
    },
};
use proptest::prelude::*;

use super::{REFERENCE, day, now};

#[test]
fn results_read_as_sentences() {
    for (outcome, reads) in [
        (
            "No Parole Board Decision - ABC [*]",
            "No Parole Board decision – ABC",
        ),
        ("Stay In Closed [*]", "Stay in closed"),
        ("Release [*]", "Release"),
        ("RELEASE", "RELEASE"),
        ("return  to Open", "Return to open"),
        ("Adjourned by the Board", "Adjourned by the Board"),
        ("Deferred - XyZ Review", "Deferred – xyz review"),
        ("X-ray", "X–ray"),
        ("[*]", "[*]"),
    ] {
        assert_eq!(current_outcome(Some(HearingOutcome(outcome))), reads);
        assert_eq!(historic_outcome(Some(HearingOutcome(outcome))), reads);
    }
    for none in [
        None,
        Some(HearingOutcome(" ")),
        Some(HearingOutcome("Not Specified")),
    ] {
        assert_eq!(current_outcome(none), "No hearing outcome yet");
        assert_eq!(historic_outcome(none), "Refused");
    }
}

#[test]
fn an_outcome_date_is_today_or_before() {
    let today = now().today();
    let tomorrow = Some(day("2024-05-21"));
    assert_eq!(accept_outcome_date(Some(today), today), Ok(today));
    assert_eq!(
        accept_outcome_date(tomorrow, today),
        Err(OutcomeDateRefusal::Future)
    );
    assert_eq!(accept_outcome_date(None, today), Err(OutcomeDateRefusal::Missing));
    assert_eq!(
        OutcomeDateRefusal::Future.to_string(),
        "The date the hearing outcome was confirmed must be in the past"
    );
    assert_eq!(
        OutcomeDateRefusal::Missing.to_string(),
        "The date the hearing outcome was confirmed must be entered and a valid date"
    );
}

#[test]
fn departing_a_refused_outcome_date_changes_nothing() {
    let today = now().today();
    let before = Some(day("2024-05-01"));
    let rules = REFERENCE.with(Departure::OutcomeDateCheckedFirst);
    for (entered, stored) in [
        (None, before),
        (Some(day("2024-05-21")), before),
        (Some(today), Some(today)),
    ] {
        assert_eq!(stored_outcome_date(before, entered, today, REFERENCE), entered);
        assert_eq!(stored_outcome_date(before, entered, today, rules), stored);
    }
}

proptest! {
    #[test]
    fn a_result_in_words_reads_the_same_when_put_in_words_again(outcome in "[A-Za-z][A-Za-z -]{0,30}( \\[\\*\\])?") {
        let once = current_outcome(Some(HearingOutcome(&outcome)));
        let twice = current_outcome(Some(HearingOutcome(&once)));
        prop_assert_eq!(&once, &twice);
    }
}
