//! Open conditions, since when, and whether the open prison rules apply. Handover rules 4.7 and 5.2.

use domain::handover::{
    Approval, Arrival, Category, Conditions, HandoverFacts, OpenConditions, ProbationFacts, Reason,
    Responsibility,
};

use crate::given::{answer, day, indeterminate};

fn held_at<'a>(prison: &str, arrivals: &'a [Arrival], welsh: bool) -> HandoverFacts<'a> {
    HandoverFacts {
        prison: Some(prison.parse().unwrap()),
        arrivals,
        probation: ProbationFacts { mappa: None, welsh },
        ..indeterminate()
    }
}

fn arrival(at: &str, on: &str) -> Arrival {
    Arrival {
        at: at.parse().unwrap(),
        on: day(on),
    }
}

#[test]
fn men_come_under_the_rules_by_the_day_of_their_arrival_at_an_open_prison() {
    for (prison, arrived, welsh, applies) in [
        ("HDI", "2021-03-31", false, true),
        ("HDI", "2021-03-30", false, false),
        ("UPI", "2021-03-31", false, true),
        ("UPI", "2021-03-30", false, false),
        ("UPI", "2021-03-30", true, true),
        ("UPI", "2020-10-19", true, true),
        ("UPI", "2020-10-18", true, false),
        ("HDI", "2020-10-19", true, false),
        ("LEI", "2023-01-01", true, false),
    ] {
        let arrivals = [arrival(prison, arrived)];
        let conditions = Conditions::of(&held_at(prison, &arrivals, welsh));
        assert_eq!(conditions.open_rules, applies, "{prison} {arrived} {welsh}");
        let open = (prison != "LEI").then_some(OpenConditions::MensPrison);
        assert_eq!(conditions.open, open);
        assert_eq!(conditions.opened, applies.then(|| day(arrived)));
        assert!(!conditions.womens_prison);
    }
}

#[test]
fn women_come_under_the_rules_by_their_category() {
    let since = Some(day("2023-01-01"));
    for (prison, code, open) in [("EWI", "T", true), ("EWI", "R", false), ("LEI", "T", false)] {
        let facts = HandoverFacts {
            category: Some(Category::new(code, since)),
            ..held_at(prison, &[], false)
        };
        let conditions = Conditions::of(&facts);
        assert_eq!(
            (conditions.open, conditions.open_rules),
            (open.then_some(OpenConditions::WomensCategory), open),
            "{prison} {code}"
        );
        assert_eq!(conditions.opened, since.filter(|_| open));
        assert_eq!(conditions.womens_prison, prison == "EWI");
    }
    assert_eq!(Conditions::of(&held_at("EWI", &[], false)).open, None);
}

#[test]
fn a_category_is_active_from_an_approval_that_is_named_else_from_its_assessment() {
    let (approved, assessed) = (Some(day("2024-02-01")), Some(day("2024-01-01")));

    assert_eq!(Approval::Named(approved).active_since(assessed), approved);
    assert_eq!(Approval::Named(None).active_since(assessed), None);
    assert_eq!(Approval::NotNamed.active_since(assessed), assessed);
    assert_eq!(Approval::NotNamed.active_since(None), None);
}

#[test]
fn the_last_arrival_at_the_present_prison_counts_but_not_one_before_the_sentence() {
    let arrivals = [
        arrival("LEI", "2020-01-01"),
        arrival("HDI", "2023-01-01"),
        arrival("LEI", "2022-01-01"),
        arrival("LEI", "2021-01-01"),
    ];
    let arrived = |facts: HandoverFacts<'_>| Conditions::of(&facts).arrived;

    assert_eq!(arrived(held_at("LEI", &arrivals, false)), Some(day("2022-01-01")));
    assert_eq!(arrived(held_at("MDI", &arrivals, false)), Some(day("2019-02-05")));
    let mut late = held_at("LEI", &arrivals, false);
    late.dates.sentence_start = Some(day("2022-01-02"));
    assert_eq!(arrived(late), Some(day("2022-01-02")));
    late.dates.sentence_start = None;
    assert_eq!(arrived(late), Some(day("2022-01-01")));
    late.prison = None;
    assert_eq!(arrived(late), None);
}

#[test]
fn an_open_prison_reached_nobody_knows_when_brings_nothing_forward() {
    let mut facts = held_at("HDI", &[], false);
    facts.dates.sentence_start = None;

    let conditions = Conditions::of(&facts);
    assert!(conditions.open.is_some() && !conditions.open_rules);
    assert_eq!((conditions.arrived, conditions.opened), (None, None));
}

#[test]
fn under_the_open_rules_the_community_supports_from_the_arrival_to_the_handover() {
    let arrivals = [arrival("HDI", "2023-01-01")];
    let facts = held_at("HDI", &arrivals, false);

    let handover = answer(&facts, "2024-05-20");
    assert_eq!(handover.reason(), Reason::IndeterminateOpen);
    assert_eq!(handover.start_date, Some(day("2023-01-01")));
    assert_eq!(handover.handover_date, Some(day("2025-05-01")));
    assert_eq!(handover.responsibility, Responsibility::CustodyWithCom);
    let closed = held_at("LEI", &arrivals, false);
    assert_eq!(
        answer(&closed, "2024-05-20").responsibility,
        Responsibility::CustodyOnly
    );
}
