//! What other services are told of a handover. Handover rules 10.5.

use domain::handover::{
    ComContact, Departure, OverrideValue, PomContact, Responsibility, RulesVersion, StoredHandover,
};

use crate::given::day;

const COM: ComContact<'static> = ComContact {
    name: Some("Jo Com"),
    email: Some("jo@example.org"),
};
const POM: PomContact<'static> = PomContact {
    name: Some("POM, PAT"),
    staff_id: Some(485_926),
};

fn stored(responsibility: Responsibility, overridden: Option<OverrideValue>) -> StoredHandover<'static> {
    StoredHandover {
        responsibility,
        handover_date: Some(day("2025-05-01")),
        start_date: Some(day("2025-04-01")),
        overridden,
        com: COM,
        pom: POM,
    }
}

#[test]
fn the_present_service_names_one_manager_and_knows_no_override() {
    for (responsibility, overridden, who, com, pom) in [
        (Responsibility::Community, None, "COM", COM, PomContact::default()),
        (
            Responsibility::CustodyOnly,
            None,
            "POM",
            ComContact::default(),
            POM,
        ),
        (
            Responsibility::CustodyWithCom,
            None,
            "POM",
            ComContact::default(),
            POM,
        ),
        (
            Responsibility::CustodyOnly,
            Some(OverrideValue::Probation),
            "POM",
            ComContact::default(),
            POM,
        ),
    ] {
        let told = stored(responsibility, overridden).published(RulesVersion::REFERENCE);
        assert_eq!(
            (told.responsibility, told.com, told.pom),
            (who, com, pom),
            "{responsibility}"
        );
        assert_eq!(told.handover_date, Some(day("2025-05-01")));
        assert_eq!(told.start_date, Some(day("2025-04-01")));
    }
}

#[test]
fn ours_tells_of_overrides_and_of_whoever_has_a_part() {
    let rules = RulesVersion::REFERENCE.with(Departure::ApiTellsAll);
    for (responsibility, overridden, who, com) in [
        (Responsibility::Community, None, "COM", COM),
        (Responsibility::CustodyOnly, None, "POM", ComContact::default()),
        (Responsibility::CustodyWithCom, None, "POM", COM),
        (
            Responsibility::CustodyOnly,
            Some(OverrideValue::Probation),
            "COM",
            COM,
        ),
        (Responsibility::Community, Some(OverrideValue::Prison), "POM", COM),
    ] {
        let told = stored(responsibility, overridden).published(rules);
        assert_eq!(
            (told.responsibility, told.com, told.pom),
            (who, com, POM),
            "{responsibility} {overridden:?}"
        );
    }
}
