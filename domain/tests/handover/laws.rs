//! What holds for every case, however its facts are combined.

use chrono::{DateTime, Days, Duration, NaiveDate, Utc};
use domain::{
    Moment,
    early_allocation::{Assessment, Outcome, State},
    handover::{
        Arrival, Category, Departure, HandoverFacts, HandoverReleaseKind, MappaLevel, ProbationFacts,
        Responsibility, RulesVersion, SentenceTerm, Situation, calculate, decide,
    },
    parole::{HearingOutcome, ParoleReview},
    prisoner::SentenceDates,
    reference::Imprisonment,
};
use proptest::{collection::vec, option, prelude::*, sample::select};

use crate::given::{Owned, answer, day, indeterminate, on, review};

/// Days around which the rules turn, and the ends of the calendar.
fn any_day() -> impl Strategy<Value = NaiveDate> {
    let near = (0..3000_u64).prop_map(|days| day("2020-01-01") + Days::new(days));
    let close = (0..60_u64).prop_map(|days| day("2024-05-01") + Days::new(days));
    prop_oneof![
        10 => near,
        10 => close,
        1 => select(vec![NaiveDate::MIN, NaiveDate::MAX, day("2024-02-29"), day("0099-01-02")]),
    ]
}

fn any_dates() -> impl Strategy<Value = SentenceDates> {
    vec(option::weighted(0.6, any_day()), 12).prop_map(|dates| SentenceDates {
        sentence_start: dates[0],
        release: dates[1],
        conditional_release: dates[2],
        automatic_release: dates[3],
        home_detention_curfew_eligibility: dates[4],
        home_detention_curfew_actual: dates[5],
        parole_eligibility: dates[6],
        tariff: dates[7],
        sentence_expiry: dates[8],
        licence_expiry: dates[9],
        post_recall_release: dates[10],
        approved_parole: dates[11],
    })
}

fn any_arrival() -> impl Strategy<Value = Arrival> {
    (select(vec!["LEI", "HDI", "UPI", "EWI", "COURT"]), any_day()).prop_map(|(at, on)| Arrival {
        at: at.parse().unwrap(),
        on,
    })
}

fn any_term() -> impl Strategy<Value = SentenceTerm<'static>> {
    (
        option::of(0..3_i64),
        0..2_i64,
        option::of(any_day()),
        any::<bool>(),
        option::of(select(vec!["LIFE", "ADIMP", ""])),
    )
        .prop_map(|(case_id, sequence, sentence_start, life, kind)| SentenceTerm {
            case_id,
            sentence_sequence: Some(sequence),
            term_sequence: Some(1),
            line: None,
            sentence_start,
            life,
            kind,
        })
}

fn any_review() -> impl Strategy<Value = ParoleReview<'static>> {
    let outcomes = vec!["Release [*]", "Stay In Closed [*]", "Not Applicable", "", " "];
    (
        option::of(any_day()),
        option::of(select(outcomes)),
        option::of(any_day()),
        any::<i64>(),
    )
        .prop_map(
            |(target_hearing_date, outcome, outcome_received_on, id)| ParoleReview {
                id,
                target_hearing_date,
                outcome: outcome.map(HearingOutcome),
                outcome_received_on,
                ..ParoleReview::default()
            },
        )
}

fn any_assessment() -> impl Strategy<Value = Assessment> {
    (
        0..200_000_i64,
        any::<bool>(),
        select(Outcome::ALL),
        any::<Option<bool>>(),
    )
        .prop_map(|(minutes, within, outcome, decision)| Assessment {
            created_at: DateTime::<Utc>::from_timestamp(1_704_067_200 + minutes * 60, 0).unwrap(),
            created_within_window: within,
            outcome,
            community_decision: decision,
        })
}

fn any_person() -> impl Strategy<Value = HandoverFacts<'static>> {
    (
        prop_oneof![3 => Just(Some(day("1990-12-06"))), 1 => option::of(any_day())],
        select(vec![
            Imprisonment::Other,
            Imprisonment::Other,
            Imprisonment::Immigration,
            Imprisonment::Civil,
        ]),
        any::<[bool; 3]>(),
        any_dates(),
        option::of(select(vec!["LEI", "HDI", "UPI", "EWI", "OUT"])),
        option::of((select(vec!["T", "C"]), option::of(any_day()))),
        option::of(0..4_u8),
    )
        .prop_map(
            |(
                date_of_birth,
                imprisonment,
                [recall, indeterminate, welsh],
                dates,
                prison,
                category,
                mappa,
            )| {
                HandoverFacts {
                    date_of_birth,
                    imprisonment,
                    recall,
                    indeterminate,
                    dates,
                    prison: prison.map(|code| code.parse().unwrap()),
                    category: category.map(|(code, since)| Category::new(code, since)),
                    probation: ProbationFacts {
                        mappa: mappa.map(|level| MappaLevel::try_from(level).unwrap()),
                        welsh,
                    },
                    ..HandoverFacts::default()
                }
            },
        )
}

fn any_case() -> impl Strategy<Value = Owned> {
    (
        any_person(),
        vec(any_arrival(), 0..4),
        vec(any_term(), 0..5),
        vec(any_review(), 0..4),
        vec(any_assessment(), 0..4),
    )
        .prop_map(|(facts, arrivals, terms, reviews, assessments)| Owned {
            facts,
            arrivals,
            terms,
            reviews,
            assessments,
        })
}

/// Moments around which the rules turn, and the ends of the calendar.
fn any_moment() -> impl Strategy<Value = Moment> {
    let near = (0..4_000 * 24 * 60_i64)
        .prop_map(|minutes| DateTime::<Utc>::from_timestamp(1_577_836_800 + minutes * 60, 0).unwrap());
    let ends = select(vec![DateTime::<Utc>::MIN_UTC, DateTime::<Utc>::MAX_UTC]);
    prop_oneof![20 => near, 1 => ends].prop_map(Moment::new)
}

fn any_rules() -> impl Strategy<Value = RulesVersion> {
    vec(select(Departure::ALL), 0..6).prop_map(|departures| {
        departures
            .into_iter()
            .fold(RulesVersion::REFERENCE, RulesVersion::with)
    })
}

/// What happens by itself as days go by, and lets responsibility come back. See the tests below.
fn turned_back(now: &Situation, then: &Situation, facts: &HandoverFacts<'_>, later: Moment) -> bool {
    let hearing_came_near = now.far_hearing.is_some() && then.far_hearing.is_none();
    let tariff_passed = now.release.map(|release| release.kind) == Some(HandoverReleaseKind::Ted)
        && then.release.map(|release| release.kind) == Some(HandoverReleaseKind::Thd);
    let licence_ran_out = now.early_allocation == Some(State::Eligible)
        && facts
            .dates
            .licence_expiry
            .is_some_and(|expiry| expiry < later.today());
    hearing_came_near || tariff_passed || licence_ran_out
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, max_global_rejects: 100_000, ..ProptestConfig::default() })]

    #[test]
    fn nothing_panics_and_every_answer_has_words(case in any_case(), at in any_moment(), rules in any_rules()) {
        let facts = case.facts();
        match calculate(&facts, at, rules) {
            Ok(handover) => {
                prop_assert!(handover.reason().is_given_today());
                prop_assert!(handover.explanation().to_string().contains("(Handover rules 5"));
                prop_assert!(handover.handover_date.is_none() || handover.start_date <= handover.handover_date);
            }
            Err(outside) => prop_assert_eq!(Situation::of(&facts, at, rules).inside_policy(), Err(outside)),
        }
    }

    #[test]
    fn by_our_rules_the_order_of_facts_does_not_matter(
        case in any_case(),
        shuffled in any::<u64>(),
        at in any_moment(),
    ) {
        let other = shuffle(&case, shuffled);
        let rules = RulesVersion::CORRECTED;
        prop_assert_eq!(Situation::of(&case.facts(), at, rules), Situation::of(&other.facts(), at, rules));
    }

    /// The exceptions are two reviews on one day, and a term that is repeated with something else said of it.
    #[test]
    fn by_the_present_rules_it_does_not_matter_but_for_two_exceptions(
        mut case in any_case(),
        shuffled in any::<u64>(),
        at in any_moment(),
    ) {
        case.reviews.sort_by_key(|review| review.target_hearing_date);
        case.reviews.dedup_by_key(|review| review.target_hearing_date);
        for (place, term) in case.terms.iter_mut().enumerate() {
            term.line = i64::try_from(place).ok();
        }
        let other = shuffle(&case, shuffled);
        let rules = RulesVersion::REFERENCE;
        prop_assert_eq!(Situation::of(&case.facts(), at, rules), Situation::of(&other.facts(), at, rules));
    }

    /// Responsibility passes from the prison to the community, and back only in three ways.
    #[test]
    fn as_days_go_by_responsibility_does_not_come_back(
        case in any_case(),
        at in any_moment(),
        days in 0..1500_i64,
        rules in any_rules(),
    ) {
        let later = at.now().checked_add_signed(Duration::days(days)).unwrap_or(DateTime::<Utc>::MAX_UTC);
        let later = Moment::new(later);
        let facts = case.facts();
        let (now, then) = (Situation::of(&facts, at, rules), Situation::of(&facts, later, rules));
        prop_assume!(now.inside_policy().is_ok());
        let (first, last) = (decide(&now, at.day(rules)), decide(&then, later.day(rules)));
        prop_assert!(
            first.responsibility <= last.responsibility || turned_back(&now, &then, &facts, later),
            "{} then {}", first.explanation(), last.explanation()
        );
        let had_nothing_turned = Situation {
            far_hearing: now.far_hearing,
            release: now.release,
            early_allocation: now.early_allocation,
            ..then
        };
        prop_assert!(first.responsibility <= decide(&had_nothing_turned, later.day(rules)).responsibility);
    }

    #[test]
    fn dates_read_back_as_themselves(date in any_day()) {
        prop_assert_eq!(date.to_string().parse::<NaiveDate>(), Ok(date));
    }
}

/// The same facts, each list rotated and turned round by chance.
fn shuffle(case: &Owned, seed: u64) -> Owned {
    fn turn<T>(list: &mut [T], seed: u64) {
        if seed & 1 == 1 {
            list.reverse();
        }
        if !list.is_empty() {
            list.rotate_left(usize::try_from(seed >> 1).unwrap_or_default() % list.len());
        }
    }
    let mut other = case.clone();
    turn(&mut other.arrivals, seed & 0xff);
    turn(&mut other.terms, seed >> 8 & 0xff);
    turn(&mut other.reviews, seed >> 16 & 0xff);
    turn(&mut other.assessments, seed >> 24 & 0xff);
    other
}

#[test]
fn a_hearing_that_comes_near_can_bring_responsibility_back() {
    let refused = [review("2025-05-21", Some("Stay In Closed [*]"))];
    let mut facts = HandoverFacts {
        parole_reviews: &refused,
        ..indeterminate()
    };
    facts.dates.tariff = Some(day("2030-01-01"));

    assert_eq!(
        answer(&facts, "2024-05-20").responsibility,
        Responsibility::CustodyWithCom
    );
    assert_eq!(
        answer(&facts, "2024-05-21").responsibility,
        Responsibility::CustodyOnly
    );
}

#[test]
fn a_tariff_that_passes_before_a_later_hearing_can_bring_responsibility_back() {
    let hearing = [review("2025-11-01", None)];
    let mut facts = HandoverFacts {
        parole_reviews: &hearing,
        ..indeterminate()
    };
    facts.dates.tariff = Some(day("2024-05-20"));

    assert_eq!(
        answer(&facts, "2024-05-19").responsibility,
        Responsibility::Community
    );
    assert_eq!(
        answer(&facts, "2024-05-20").responsibility,
        Responsibility::CustodyOnly
    );
}

#[test]
fn a_licence_that_runs_out_can_bring_responsibility_back() {
    let eligible = [Assessment {
        created_at: on("2024-05-01").now(),
        created_within_window: true,
        outcome: Outcome::Eligible,
        community_decision: None,
    }];
    let mut facts = HandoverFacts {
        assessments: &eligible,
        ..crate::given::determinate()
    };
    facts.dates.conditional_release = Some(day("2025-08-01"));
    facts.dates.licence_expiry = Some(day("2024-05-20"));

    assert_eq!(
        answer(&facts, "2024-05-20").responsibility,
        Responsibility::Community
    );
    assert_eq!(
        answer(&facts, "2024-05-21").responsibility,
        Responsibility::CustodyOnly
    );
}
