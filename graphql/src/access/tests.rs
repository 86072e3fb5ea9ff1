//! Every root field has a rule, and every role may ask exactly what its table says.

use std::collections::BTreeSet;

use async_graphql::parser::{
    parse_schema,
    types::{TypeKind, TypeSystemDefinition},
};
use commands::access::{
    Principal,
    Role::{self, Administrator, Allocator, Auditor, Developer, Pom, QueueAdmin, ReadAllocations},
};
use domain::{PrisonCode, StaffId};

use super::{
    Access, QUERIES, SUBSCRIPTIONS,
    table::{ALLOCATION, CASE},
};
use crate::{extensions::access::rules_of, mutation::MUTATIONS};

const ROLES: [Role; 7] = [
    Allocator,
    Pom,
    Administrator,
    ReadAllocations,
    Auditor,
    Developer,
    QueueAdmin,
];

/// Who may ask what, written out a second time.
const MATRIX: &[(&str, &[Role])] = &[
    ("Query.me", &ROLES),
    ("Query.node", &ROLES),
    ("Query.prison", &[Allocator, Pom, Auditor]),
    (
        "Query.allocation",
        &[Allocator, Pom, Administrator, Auditor, ReadAllocations],
    ),
    ("Query.case", &[Allocator, Pom, Auditor]),
    ("Query.cases", &[Allocator, Auditor]),
    ("Query.pom", &[Allocator, Pom, Auditor]),
    ("Query.poms", &[Allocator, Auditor]),
    ("Query.timeline", &[Allocator, Pom, Auditor]),
    ("Query.events", &[Auditor]),
    ("Mutation.allocatePrimaryPom", &[Allocator]),
    ("Mutation.allocateCoworkingPom", &[Allocator]),
    ("Mutation.deallocateCoworkingPom", &[Allocator]),
    ("Mutation.deallocatePrimaryPom", &[Administrator]),
    (
        "Subscription.allocationChanged",
        &[Allocator, Pom, Auditor, ReadAllocations],
    ),
    ("Subscription.events", &[Auditor]),
];

fn somebody(role: Role, caseload: Option<&str>) -> Principal {
    Principal {
        roles: BTreeSet::from([role]),
        caseloads: caseload.into_iter().map(|code| code.parse().unwrap()).collect(),
        ..Principal::system("test")
    }
}

/// Every root field that has rules, such as `Query.case`.
fn ruled() -> impl Iterator<Item = (String, Access)> {
    let roots = [
        ("Query", QUERIES),
        ("Mutation", MUTATIONS),
        ("Subscription", SUBSCRIPTIONS),
    ];
    let named = |root| move |(field, access): &(&str, Access)| (format!("{root}.{field}"), *access);
    roots
        .into_iter()
        .flat_map(move |(root, fields)| fields.iter().map(named(root)))
}

fn access_of(path: &str) -> Option<Access> {
    let (root, field) = path.split_once('.').unwrap();
    rules_of(root, field)
}

fn root_fields() -> BTreeSet<String> {
    let document = parse_schema(crate::sdl()).unwrap();
    let mut fields = BTreeSet::new();
    for definition in document.definitions {
        let TypeSystemDefinition::Type(found) = definition else {
            continue;
        };
        let root = found.node.name.node.to_string();
        if let TypeKind::Object(object) = found.node.kind
            && ["Query", "Mutation", "Subscription"].contains(&root.as_str())
        {
            fields.extend(
                object
                    .fields
                    .iter()
                    .map(|field| format!("{root}.{}", field.node.name.node)),
            );
        }
    }
    fields
}

#[test]
fn every_root_field_has_a_rule_and_every_rule_a_field() {
    let fields: BTreeSet<_> = ruled().map(|(field, _)| field).collect();
    assert_eq!(fields, root_fields());
    assert_eq!(fields.len(), ruled().count(), "a field has two rules");
}

#[test]
fn every_role_may_ask_what_the_matrix_says() {
    assert_eq!(MATRIX.len(), ruled().count());
    for (field, admitted) in MATRIX {
        let access = access_of(field).unwrap();
        for role in ROLES {
            let may = access.admits(&somebody(role, None)).is_ok();
            assert_eq!(may, admitted.contains(&role), "{field} for {role:?}");
        }
    }
}

#[test]
fn a_field_that_is_not_in_the_table_is_nobodys() {
    assert!(access_of("Query.everything").is_none());
}

#[test]
fn people_in_prisons_are_bound_to_their_caseloads_and_others_are_not() {
    let leeds: PrisonCode = "LEI".parse().unwrap();
    for (field, access) in ruled().filter(|(field, _)| field.starts_with("Query.")) {
        for role in [Allocator, Pom] {
            let elsewhere = access.at(&somebody(role, Some("MDI")), Some(leeds)).is_ok();
            assert!(
                !elsewhere || matches!(field.as_str(), "Query.me" | "Query.node"),
                "{field} for {role:?}"
            );
        }
        for role in [Administrator, Auditor, ReadAllocations] {
            let anywhere = access.at(&somebody(role, None), Some(leeds)).is_ok();
            assert_eq!(
                anywhere,
                access.admits(&somebody(role, None)).is_ok(),
                "{field} for {role:?}"
            );
        }
    }
}

#[test]
fn an_administrator_who_allocates_does_so_at_their_prisons_and_reads_no_lists_elsewhere() {
    let both = Principal {
        roles: BTreeSet::from([Allocator, Administrator]),
        ..somebody(Allocator, Some("LEI"))
    };
    let anywhere = [
        "Query.me",
        "Query.node",
        "Query.allocation",
        "Mutation.deallocatePrimaryPom",
    ];
    for (field, access) in ruled() {
        let at = |prison: &str| access.at(&both, prison.parse().ok()).is_ok();
        let auditors = matches!(field.as_str(), "Query.events" | "Subscription.events");
        assert_eq!(at("LEI"), !auditors, "{field} at Leeds");
        assert_eq!(
            at("MDI"),
            anywhere.contains(&field.as_str()),
            "{field} at Moorland"
        );
    }
}

#[test]
fn a_pom_sees_the_own_profile_and_no_other() {
    let (leeds, moorland) = ("LEI".parse().unwrap(), "MDI".parse().unwrap());
    let (own, other) = (StaffId::try_from(7).unwrap(), StaffId::try_from(8).unwrap());
    let pom = Principal {
        staff_id: Some(own),
        ..somebody(Pom, Some("LEI"))
    };
    let access = access_of("Query.pom").unwrap();
    assert!(access.about(&pom, leeds, own).is_ok());
    assert!(access.about(&pom, leeds, other).is_err());
    assert!(access.about(&pom, moorland, own).is_err());
    assert!(
        access
            .about(&somebody(Allocator, Some("LEI")), leeds, other)
            .is_ok()
    );
}

#[test]
fn whoever_may_read_a_case_may_read_its_allocation() {
    for role in ROLES {
        for caseload in [None, Some("LEI")] {
            let caller = somebody(role, caseload);
            for prison in [None, "LEI".parse().ok(), "MDI".parse().ok()] {
                let case = CASE.at(&caller, prison).is_ok();
                assert!(
                    !case || ALLOCATION.at(&caller, prison).is_ok(),
                    "{role:?} {prison:?}"
                );
            }
        }
    }
}
