//! Counts of a POM's cases, and who is in which group.

use domain::{Complexity, PomPosition, PomStatus, Tier};
use projections::PomGroup;

use crate::support::{
    World,
    events::{
        allocated, complexity, day, facts, informed, joined, noon, observed, onboarded, pom, primary_removed,
        prison, reallocated, staff, status,
    },
    noms,
};

#[tokio::test]
async fn counters_count_each_part_by_its_own_date() {
    let world = World::new().await;
    let _runner = world.project();
    let today = day("2026-03-20");
    let mut leaving = facts("LEI", "X", "A");
    leaving.dates.conditional_release = Some(day("2026-04-17"));
    let mut later = facts("LEI", "X", "B");
    later.dates.conditional_release = Some(day("2026-04-18"));
    world
        .see([
            onboarded("LEI", 101, PomPosition::Prison),
            onboarded("LEI", 102, PomPosition::Probation),
            observed(noms(1), leaving),
            informed(noms(1), Some(Tier::A), None),
            complexity(noms(1), Complexity::High),
            // Six days ago, and seven.
            allocated(noms(1), "LEI", 101, noon("2026-03-14")),
            observed(noms(2), later),
            informed(noms(2), Some(Tier::C), None),
            allocated(noms(2), "LEI", 101, noon("2026-03-13")),
            // The co-working POM joined today, though the primary has had the case for long.
            joined(noms(2), 102, noon("2026-03-20")),
            // Gone to another prison: nobody's case here.
            observed(noms(3), facts("MDI", "X", "C")),
            allocated(noms(3), "LEI", 101, noon("2026-03-19")),
        ])
        .await;
    let one = world
        .models
        .pom(prison("LEI"), staff(101), today)
        .await
        .unwrap()
        .unwrap()
        .counters;
    assert_eq!(
        (one.total, one.primary, one.coworking, one.allocated_last_7_days),
        (2, 2, 0, 1)
    );
    assert_eq!((one.releases_next_4_weeks, one.high_complexity), (1, 1));
    assert_eq!(one.by_tier, [(Tier::A, 1), (Tier::C, 1)]);
    assert_eq!(one.last_allocated_on, Some(day("2026-03-14")));
    let two = world
        .models
        .pom(prison("LEI"), staff(102), today)
        .await
        .unwrap()
        .unwrap()
        .counters;
    assert_eq!(
        (two.total, two.primary, two.coworking, two.allocated_last_7_days),
        (1, 0, 1, 1)
    );
    assert!(
        world
            .models
            .pom(prison("LEI"), staff(999), today)
            .await
            .unwrap()
            .is_none()
    );
}

#[tokio::test]
async fn groups_of_poms_and_who_needs_attention() {
    let world = World::new().await;
    let _runner = world.project();
    let removed = pom("LEI", 105, &domain::pom::PomEvent::PomRemoved);
    world
        .see([
            onboarded("LEI", 101, PomPosition::Prison),
            onboarded("LEI", 102, PomPosition::Probation),
            status("LEI", 102, PomStatus::Unavailable),
            onboarded("LEI", 103, PomPosition::Prison),
            status("LEI", 103, PomStatus::Inactive),
            onboarded("LEI", 105, PomPosition::Prison),
            removed,
            onboarded("LEI", 106, PomPosition::Prison),
            pom("LEI", 106, &domain::pom::PomEvent::PomRemoved),
            observed(noms(1), facts("LEI", "X", "A")),
            // 999 was never a POM here; 105 is one no longer and only works with somebody.
            allocated(noms(1), "LEI", 999, noon("2026-01-03")),
            joined(noms(1), 105, noon("2026-01-03")),
            // The case lost its primary POM; 998 is left over.
            observed(noms(2), facts("LEI", "X", "B")),
            allocated(noms(2), "LEI", 101, noon("2026-01-03")),
            joined(noms(2), 998, noon("2026-01-03")),
            primary_removed(noms(2), 101, noon("2026-01-04")),
            // 997 has only a case of someone who left.
            observed(noms(3), facts("MDI", "X", "C")),
            reallocated(noms(3), "LEI", 997, 101, noon("2026-01-03")),
        ])
        .await;
    let owner = world.owner().await;
    let rows = "select count(*) from rm.poms_1";
    let before: i64 = sqlx::query_scalar(rows).fetch_one(&owner).await.unwrap();
    for (group, expected) in [
        (None, vec![101, 102, 103]),
        (Some(PomGroup::Prison), vec![101]),
        (Some(PomGroup::Probation), vec![102]),
        (Some(PomGroup::Unavailable), vec![102, 103]),
        (Some(PomGroup::Away), vec![103]),
        (Some(PomGroup::AttentionNeeded), vec![998, 999, 105]),
    ] {
        let poms = world
            .models
            .poms(prison("LEI"), group, day("2026-07-01"))
            .await
            .unwrap();
        let found: Vec<_> = poms.iter().map(|pom| pom.staff_id).collect();
        assert_eq!(
            found,
            expected.into_iter().map(staff).collect::<Vec<_>>(),
            "{group:?}"
        );
    }
    let after: i64 = sqlx::query_scalar(rows).fetch_one(&owner).await.unwrap();
    assert_eq!(before, after);
}

#[tokio::test]
async fn a_poms_cases_are_those_of_both_parts_at_that_prison_wherever_the_prisoner_is() {
    let world = World::new().await;
    let _runner = world.project();
    world
        .see([
            observed(noms(1), facts("LEI", "X", "A")),
            allocated(noms(1), "LEI", 101, noon("2026-03-14")),
            allocated(noms(2), "LEI", 102, noon("2026-03-14")),
            joined(noms(2), 101, noon("2026-03-15")),
            // Their primary POM is gone, and nobody has seen them.
            primary_removed(noms(2), 102, noon("2026-03-16")),
            observed(noms(3), facts("MDI", "X", "C")),
            allocated(noms(3), "LEI", 101, noon("2026-03-14")),
            allocated(noms(4), "MDI", 101, noon("2026-03-14")),
            allocated(noms(5), "LEI", 101, noon("2026-03-14")),
            reallocated(noms(5), "LEI", 102, 101, noon("2026-03-15")),
        ])
        .await;
    let of = async |code, id| world.models.cases_of(prison(code), staff(id)).await.unwrap();
    assert_eq!(of("LEI", 101).await, [noms(1), noms(2), noms(3)]);
    assert_eq!(of("LEI", 102).await, [noms(5)]);
    assert_eq!(of("MDI", 102).await, []);
}
