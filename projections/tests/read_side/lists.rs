//! Lists of cases: who is in which, in which order.

use domain::{
    Complexity, LegalStatus, NomsNumber, RoshLevel, Tier,
    allocation::{AllocationEvent, RemovalReason},
    policy::PolicyVersion,
};
use projections::{
    CaseBucket, CaseFilter, CaseOrder, CaseOrderField as By, CaseQuery, PageRequest, PomRole, ReadModels,
};

use crate::support::{
    World,
    events::{
        Happening, allocated, allocation, complexity, day, facts, informed, joined, noon, observed,
        primary_removed, prison, staff,
    },
    noms,
};

pub(crate) fn query(code: &str, bucket: Option<CaseBucket>, today: &str) -> CaseQuery {
    CaseQuery {
        prison: prison(code),
        bucket,
        order: CaseOrder::default(),
        filter: CaseFilter::default(),
        page: PageRequest::default(),
        today: day(today),
    }
}

pub(crate) async fn listed(models: &ReadModels, query: &CaseQuery) -> Vec<NomsNumber> {
    models
        .cases(query)
        .await
        .unwrap()
        .cases
        .iter()
        .map(|(case, _)| case.noms)
        .collect()
}

fn numbers(of: &[usize]) -> Vec<NomsNumber> {
    of.iter().map(|number| noms(*number)).collect()
}

/// The list of a prison under a policy on a day, and the prisoners in it.
type Expected<'a> = (&'a ReadModels, &'a str, Option<CaseBucket>, &'a str, &'a [usize]);

/// Everybody who can be in a list, or just not.
fn people() -> Vec<Happening> {
    let full = |n| informed(noms(n), Some(Tier::A), Some(RoshLevel::Low));
    let named = |n: usize| facts("LEI", "X", &format!("{n:02}"));
    let mut minor = named(4);
    minor.date_of_birth = day("2008-07-01").into();
    let mut civil = named(5);
    civil.imprisonment_status = Some("CIVIL_DT".to_owned());
    let mut remand = named(6);
    remand.legal_status = LegalStatus::Remand;
    let mut womens = facts("BZI", "X", "10");
    womens.prison = Some(prison("BZI"));
    let removed = AllocationEvent::PrimaryPomDeallocated {
        staff_id: staff(101),
        prison: None,
        reason: RemovalReason::Manual,
        note: None,
    };
    vec![
        // 1: everything known. 2: no risk of serious harm. 3: nothing known.
        observed(noms(1), named(1)),
        full(1),
        observed(noms(2), named(2)),
        informed(noms(2), Some(Tier::B), None),
        observed(noms(3), named(3)),
        // 4: not yet an adult. 5: civil. 6: on remand.
        observed(noms(4), minor),
        full(4),
        observed(noms(5), civil),
        full(5),
        observed(noms(6), remand),
        full(6),
        // 7: allocated here though information is missing. 8: allocated elsewhere. 9: only a co-working POM is left.
        observed(noms(7), named(7)),
        allocated(noms(7), "LEI", 101, noon("2026-02-01")),
        observed(noms(8), named(8)),
        full(8),
        allocated(noms(8), "MDI", 101, noon("2026-02-01")),
        observed(noms(9), named(9)),
        full(9),
        allocated(noms(9), "LEI", 101, noon("2026-02-01")),
        joined(noms(9), 102, noon("2026-02-01")),
        allocation(noms(9), noon("2026-02-02"), &[removed]),
        // 10 and 11: in the women's estate complexity counts.
        observed(noms(10), womens.clone()),
        full(10),
        observed(noms(11), womens),
        full(11),
        complexity(noms(11), Complexity::High),
    ]
}

#[tokio::test]
async fn buckets_follow_the_rules_on_any_day_under_both_policies() {
    let world = World::new().await;
    let _runner = world.project();
    world.see(people()).await;

    let rosh = &world.models;
    let tier = &ReadModels::new(
        world.pool.clone(),
        std::sync::Arc::new(world.log.clone()),
        PolicyVersion::TierBased,
    );
    let (allocated, unallocated, missing) = (
        Some(CaseBucket::Allocated),
        Some(CaseBucket::Unallocated),
        Some(CaseBucket::MissingInformation),
    );
    let (before, after) = ("2026-06-30", "2026-07-01");
    let table: [Expected<'_>; 9] = [
        (rosh, "LEI", allocated, before, &[7]),
        (rosh, "LEI", unallocated, before, &[1, 8, 9]),
        (rosh, "LEI", unallocated, after, &[1, 4, 8, 9]),
        (rosh, "LEI", missing, before, &[2, 3]),
        (tier, "LEI", unallocated, before, &[1, 2, 8, 9]),
        (tier, "LEI", missing, before, &[3]),
        (rosh, "BZI", unallocated, before, &[11]),
        (rosh, "BZI", missing, before, &[10]),
        (rosh, "LEI", None, before, &[1, 2, 3, 7, 8, 9]),
    ];
    for (models, code, bucket, today, expected) in table {
        let query = query(code, bucket, today);
        assert_eq!(
            listed(models, &query).await,
            numbers(expected),
            "{code} {bucket:?} {today}"
        );
        for noms in numbers(expected) {
            let view = models.case(noms, query.today).await.unwrap().unwrap();
            assert!(bucket.is_none() || view.bucket == bucket, "{noms} {today}");
        }
    }
    for hidden in [4, 5, 6] {
        let view = rosh.case(noms(hidden), day(before)).await.unwrap().unwrap();
        assert_eq!(view.bucket, None);
    }
    let counts = rosh.prison_counts(prison("LEI"), day(after)).await.unwrap();
    assert_eq!(
        (counts.allocated, counts.unallocated, counts.missing_information),
        (1, 4, 2)
    );
}

#[tokio::test]
async fn waiting_counts_from_arrival_or_from_a_later_loss_of_the_primary_pom() {
    let world = World::new().await;
    let _runner = world.project();
    let mut sentenced_later = facts("LEI", "X", "Y");
    sentenced_later.dates.sentence_start = Some(day("2026-02-08"));
    world
        .see([
            observed(noms(1), facts("LEI", "X", "Y")),
            observed(noms(2), sentenced_later),
            observed(noms(3), facts("LEI", "X", "Y")),
            allocated(noms(3), "LEI", 101, noon("2026-01-03")),
            primary_removed(noms(3), 101, noon("2026-01-06")),
            observed(noms(4), facts("LEI", "X", "Y")),
            allocated(noms(4), "LEI", 101, noon("2026-01-03")),
            observed(noms(5), facts("LEI", "X", "Y")),
            allocated(noms(5), "LEI", 101, noon("2025-01-03")),
            primary_removed(noms(5), 101, noon("2025-12-06")),
        ])
        .await;
    for (number, expected) in [
        (1, Some("2026-01-01")),
        (2, Some("2026-02-08")),
        (3, Some("2026-01-06")),
        (4, None),
        (5, Some("2026-01-01")),
    ] {
        let view = world
            .models
            .case(noms(number), day("2026-07-01"))
            .await
            .unwrap()
            .unwrap();
        assert_eq!(view.waiting_since, expected.map(day), "{number}");
        let previous = matches!(number, 3 | 5).then(|| "Forename101 Surname101".to_owned());
        assert_eq!(view.previous_pom, previous, "{number}");
    }
}

#[tokio::test]
async fn orders_ignore_capitals_and_put_what_is_unknown_first() {
    let world = World::new().await;
    let _runner = world.project();
    let case = |n: usize, last: &str, location: Option<&str>, release: Option<&str>| {
        let mut facts = facts("LEI", "Al", last);
        facts.location = location.map(|location| location.to_owned().into());
        facts.dates.conditional_release = release.map(day);
        observed(noms(n), facts)
    };
    world
        .see([
            case(1, "SMITH", Some("B-1"), Some("2026-05-01")),
            case(2, "de Souza", None, Some("2026-08-01")),
            case(3, "JONES", Some("a-2"), None),
            case(4, "jones", Some("a-2"), Some("2027-01-01")),
        ])
        .await;
    for (field, today, expected) in [
        (By::LastName, "2026-03-01", [2, 3, 4, 1]),
        (By::Location, "2026-03-01", [2, 3, 4, 1]),
        (By::EarliestReleaseDate, "2026-03-01", [3, 1, 2, 4]),
        (By::Tier, "2026-03-01", [2, 3, 4, 1]),
    ] {
        let mut query = query("LEI", None, today);
        query.order = CaseOrder {
            field,
            descending: false,
        };
        assert_eq!(
            listed(&world.models, &query).await,
            numbers(&expected),
            "{field:?}"
        );
        query.order.descending = true;
        let backwards: Vec<_> = numbers(&expected).into_iter().rev().collect();
        assert_eq!(listed(&world.models, &query).await, backwards, "{field:?}");
    }
}

#[tokio::test]
async fn filters_find_by_name_number_tier_and_part() {
    let world = World::new().await;
    let _runner = world.project();
    world
        .see([
            observed(noms(1), facts("LEI", "John", "Smith")),
            informed(noms(1), Some(Tier::A), None),
            allocated(noms(1), "LEI", 101, noon("2026-01-03")),
            joined(noms(1), 102, noon("2026-01-03")),
            observed(noms(2), facts("LEI", "Mary", "Blacksmith")),
            informed(noms(2), Some(Tier::B), None),
            allocated(noms(2), "LEI", 102, noon("2026-01-03")),
            observed(noms(3), facts("MDI", "John", "Smith")),
        ])
        .await;
    let search = |name: &str| CaseFilter {
        name: Some(name.to_owned()),
        ..CaseFilter::default()
    };
    let of = |id, role| CaseFilter {
        staff: Some(staff(id)),
        role,
        ..CaseFilter::default()
    };
    let table = [
        (search("SMITH"), vec![2, 1]),
        (search("john sm"), vec![1]),
        (search("smith, jo"), vec![1]),
        (search(noms(2).as_str()), vec![2]),
        (search(" "), vec![2, 1]),
        (search("100%"), vec![]),
        (search("%"), vec![]),
        (search("a\0b"), vec![]),
        (of(102, None), vec![2, 1]),
        (of(102, Some(PomRole::Primary)), vec![2]),
        (of(102, Some(PomRole::Coworking)), vec![1]),
        (
            CaseFilter {
                role: Some(PomRole::Coworking),
                ..CaseFilter::default()
            },
            vec![1],
        ),
        (
            CaseFilter {
                tier: Some(Tier::A),
                ..CaseFilter::default()
            },
            vec![1],
        ),
    ];
    for (filter, expected) in table {
        let query = CaseQuery {
            filter: filter.clone(),
            ..query("LEI", Some(CaseBucket::Allocated), "2026-07-01")
        };
        assert_eq!(
            listed(&world.models, &query).await,
            numbers(&expected),
            "{filter:?}"
        );
    }
}
