//! Pages neither repeat nor lose anybody, in any order, either way, and read no more than one prison.

use std::collections::BTreeSet;

use domain::NomsNumber;
use projections::{
    CaseBucket, CaseOrder, CaseOrderField, CasePage, CaseQuery, Cursor, PageRequest, ReadModelError,
    ReadModels,
};
use rand::{RngExt, SeedableRng, rngs::StdRng};

use crate::{
    lists::{listed, query},
    support::{
        World,
        events::{day, facts, observed},
        histories::History,
        noms,
    },
};

async fn walk(models: &ReadModels, query: &CaseQuery, forwards: bool, sizes: &mut StdRng) -> Vec<NomsNumber> {
    let mut query = query.clone();
    let mut found = Vec::new();
    loop {
        let size = Some(sizes.random_range(1..7));
        if forwards {
            query.page.first = size;
        } else {
            query.page.last = size;
        }
        let CasePage {
            cases,
            total,
            has_next,
            has_previous,
        } = models.cases(&query).await.unwrap();
        let before = u64::try_from(found.len()).unwrap();
        let (done, more) = if forwards {
            (has_previous, has_next)
        } else {
            (has_next, has_previous)
        };
        assert_eq!(done, before > 0);
        let shown = u64::try_from(cases.len()).unwrap();
        assert_eq!(more, before + shown < total, "{before} and {shown} of {total}");
        let ends = (
            cases.first().map(|(_, c)| c.clone()),
            cases.last().map(|(_, c)| c.clone()),
        );
        let page = cases.into_iter().map(|(case, _)| case.noms);
        if forwards {
            found.extend(page);
            query.page.after = ends.1;
        } else {
            found.splice(0..0, page);
            query.page.before = ends.0;
        }
        if !more {
            return found;
        }
    }
}

#[tokio::test]
async fn paging_either_way_visits_every_case_once_in_every_order() {
    let world = World::new().await;
    let _runner = world.project();
    world.see(History::new(41, 60).take(500)).await;
    let mut sizes = StdRng::seed_from_u64(42);
    let today = day("2026-06-30");
    for code in ["LEI", "BZI"] {
        for bucket in CaseBucket::ALL.map(Some).into_iter().chain([None]) {
            for field in CaseOrderField::ALL {
                for descending in [false, true] {
                    let order = CaseOrder { field, descending };
                    let query = CaseQuery {
                        order,
                        today,
                        ..query(code, bucket, "2026-06-30")
                    };
                    let whole = CaseQuery {
                        page: PageRequest {
                            first: Some(200),
                            ..PageRequest::default()
                        },
                        ..query.clone()
                    };
                    let all = listed(&world.models, &whole).await;
                    assert_eq!(all.iter().collect::<BTreeSet<_>>().len(), all.len());
                    let total = world.models.cases(&query).await.unwrap().total;
                    assert_eq!(u64::try_from(all.len()).unwrap(), total);
                    if all.is_empty() {
                        continue;
                    }
                    assert_eq!(
                        walk(&world.models, &query, true, &mut sizes).await,
                        all,
                        "{code} {bucket:?} {order:?}"
                    );
                    assert_eq!(
                        walk(&world.models, &query, false, &mut sizes).await,
                        all,
                        "{code} {bucket:?} {order:?}"
                    );
                }
            }
        }
    }
}

#[tokio::test]
async fn a_cursor_belongs_to_its_order_and_survives_the_row_it_came_from() {
    let world = World::new().await;
    let _runner = world.project();
    world
        .see([
            observed(noms(1), facts("LEI", "X", "Adams")),
            observed(noms(2), facts("LEI", "X", "Brown")),
            observed(noms(3), facts("LEI", "X", "Clark")),
        ])
        .await;
    let mut list = query("LEI", None, "2026-07-01");
    list.page.first = Some(1);
    let page = world.models.cases(&list).await.unwrap();
    let text = page.cases[0].1.to_string();
    list.page.after = Some(text.parse().unwrap());
    world.see([observed(noms(1), facts("MDI", "X", "Adams"))]).await;
    let page = world.models.cases(&list).await.unwrap();
    assert_eq!(page.cases[0].0.noms, noms(2));
    assert_eq!((page.total, page.has_previous, page.has_next), (2, false, true));

    list.order.field = CaseOrderField::Tier;
    assert!(matches!(
        world.models.cases(&list).await,
        Err(ReadModelError::BadCursor)
    ));
    for bad in ["", "!", "e30", &text[1..]] {
        assert!(
            matches!(bad.parse::<Cursor>(), Err(ReadModelError::BadCursor)),
            "{bad}"
        );
    }
}

#[tokio::test]
async fn every_order_reads_one_prison_and_the_first_needs_no_sort() {
    let world = World::new().await;
    let owner = world.owner().await;
    sqlx::raw_sql(
        "insert into rm.cases_1 (noms, position, prisoner, information, roles, prison, bucket_tier_based, bucket_rosh_based,
             adult_on, name_order, search_text, location_key, release_dates, allocated_at)
         select 'A' || lpad(n::text, 6, '0'), n, '{}', '{}', '{}', 'P' || (n % 100), 'unallocated', 'unallocated',
                '2000-01-01', decode(md5(n::text), 'hex'), md5(n::text), '', '{2026-05-05}', null
         from generate_series(1, 20000) n;
         analyze rm.cases_1",
    )
    .execute(&owner)
    .await
    .unwrap();
    for (order, sorts) in [
        ("name_order, noms", false),
        (
            "coalesce(to_char(rm.earliest_release(release_dates, '2026-01-01'), 'YYYY-MM-DD'), '') collate \"C\", name_order, noms",
            true,
        ),
        ("location_key, name_order, noms", true),
    ] {
        let plan: Vec<String> = sqlx::query_scalar(&format!(
            "explain select noms from read.cases
             where prison = 'P7' and adult_on <= '2026-01-01' and bucket_rosh_based = 'unallocated'
             order by {order} limit 50"
        ))
        .fetch_all(&owner)
        .await
        .unwrap();
        let plan = plan.join("\n");
        assert!(
            plan.contains("cases_1_prison_name") && !plan.contains("Seq Scan"),
            "{plan}"
        );
        assert_eq!(plan.contains("Sort"), sorts, "{plan}");
    }
}
