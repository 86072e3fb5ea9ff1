//! The people whom stories tell of: POMs at Leeds and Moorland, and prisoners.

use chrono::{DateTime, Utc};
use commands::{
    CommandBus, Done, Operation, Request,
    access::Principal,
    operations::{AllocatePrimaryPom, ChangePomProfile, ObservePrisoner, OnboardPom, RecordCaseInformation},
};
use domain::{
    LegalStatus, NomsNumber, PomPosition, PomStatus, PrisonCode, StaffId, WorkingPattern,
    case::InformationSource, pom::StaffDetails, prisoner::PrisonerFacts,
};
use serde_json::json;
use simulator::{
    example::{case_information, prisoner_at},
    upstreams::Simulator,
};

/// A prison POM at Leeds.
pub const ANN: i64 = 101;
/// A probation POM at Leeds.
pub const BOB: i64 = 102;
/// A prison POM at Leeds who takes no new cases.
pub const CAT: i64 = 103;
/// A probation POM at Leeds who is away.
pub const DAN: i64 = 104;
/// Another prison POM at Leeds.
pub const EVE: i64 = 105;
/// A prison POM at Moorland.
pub const FAY: i64 = 201;
/// Another prison POM at Moorland.
pub const GUS: i64 = 202;

/// A prisoner of whom nobody has heard, this service and the simulated prisoner-search included.
pub const NOBODY: &str = "Z9876ZZ";

const SURNAME: &str = "POM";

struct Somebody {
    staff: i64,
    prison: &'static str,
    forename: &'static str,
    position: PomPosition,
    status: PomStatus,
}

const fn at_leeds(staff: i64, forename: &'static str, position: PomPosition, status: PomStatus) -> Somebody {
    Somebody {
        staff,
        prison: "LEI",
        forename,
        position,
        status,
    }
}

const fn at_moorland(staff: i64, forename: &'static str) -> Somebody {
    Somebody {
        prison: "MDI",
        ..at_leeds(staff, forename, PomPosition::Prison, PomStatus::Active)
    }
}

const EVERYBODY: [Somebody; 7] = [
    at_leeds(ANN, "ANN", PomPosition::Prison, PomStatus::Active),
    at_leeds(BOB, "BOB", PomPosition::Probation, PomStatus::Active),
    at_leeds(CAT, "CAT", PomPosition::Prison, PomStatus::Unavailable),
    at_leeds(DAN, "DAN", PomPosition::Probation, PomStatus::Inactive),
    at_leeds(EVE, "EVE", PomPosition::Prison, PomStatus::Active),
    at_moorland(FAY, "FAY"),
    at_moorland(GUS, "GUS"),
];

/// Sends something as this service itself would.
pub async fn send<O: Operation>(bus: &CommandBus, operation: O, at: Option<DateTime<Utc>>) -> Done {
    let request = Request {
        occurred_at: at,
        ..Request::new(operation, Principal::system("stage"))
    };
    bus.execute(request).await.unwrap()
}

/// Makes everybody a POM with the status of today.
pub async fn onboard_everybody(bus: &CommandBus) {
    for somebody in &EVERYBODY {
        let position = somebody.position;
        let onboarded = onboard(somebody.prison, somebody.staff, somebody.forename);
        let today = ChangePomProfile {
            prison: onboarded.prison,
            staff: onboarded.staff,
            working_pattern: onboarded.working_pattern,
            status: somebody.status,
        };
        send(
            bus,
            OnboardPom {
                position,
                ..onboarded
            },
            None,
        )
        .await;
        send(bus, today, None).await;
    }
}

/// Lets nomis-user-roles know everybody by the same names.
pub fn register_everybody(simulator: &Simulator) {
    for somebody in &EVERYBODY {
        let members = json!({
            "firstName": somebody.forename,
            "lastName": SURNAME,
            "primaryEmail": email(somebody.forename),
        });
        let members = members.as_object().cloned().unwrap_or_default();
        simulator.change_staff(somebody.staff.try_into().unwrap(), members);
    }
}

/// A request to make someone a prison POM.
#[must_use]
pub fn onboard(at: &str, staff: i64, forename: &str) -> OnboardPom {
    OnboardPom {
        prison: prison(at),
        staff: staff.try_into().unwrap(),
        details: Some(details(forename)),
        position: PomPosition::Prison,
        working_pattern: WorkingPattern::FULL_TIME,
    }
}

fn details(forename: &str) -> StaffDetails {
    StaffDetails {
        forename: forename.to_owned(),
        surname: SURNAME.to_owned(),
        email: Some(email(forename).into()),
    }
}

fn email(forename: &str) -> String {
    format!("{}@justice.gov.invalid", forename.to_lowercase())
}

/// Has it observed where a prisoner is, and what their legal status is.
pub async fn observe(
    bus: &CommandBus,
    noms: &str,
    at: &str,
    legal_status: LegalStatus,
    when: Option<DateTime<Utc>>,
) {
    let facts = PrisonerFacts {
        legal_status,
        ..prisoner_at(prison(at))
    };
    let noms = number(noms);
    send(bus, ObservePrisoner { noms, facts }, when).await;
}

/// Has it recorded what an allocation needs to know: a case for a prison POM.
pub async fn inform(bus: &CommandBus, noms: &str) {
    let information = case_information();
    let source = InformationSource::Manual;
    let recorded = RecordCaseInformation {
        noms: number(noms),
        information,
        source,
    };
    send(bus, recorded, None).await;
}

/// A plain request for a primary POM of the recommended type.
#[must_use]
pub fn primary(noms: NomsNumber, prison: PrisonCode, staff: StaffId) -> AllocatePrimaryPom {
    AllocatePrimaryPom {
        noms,
        prison,
        staff,
        override_reasons: Vec::new(),
        suitability_detail: None,
        other_detail: None,
        note: None,
    }
}

/// A prisoner's number.
#[must_use]
pub fn number(noms: &str) -> NomsNumber {
    noms.parse().unwrap()
}

/// A prison's code.
#[must_use]
pub fn prison(code: &str) -> PrisonCode {
    code.parse().unwrap()
}
