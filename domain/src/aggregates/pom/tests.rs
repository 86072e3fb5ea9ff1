//! Given, when, then.

use cqrs_es::test::TestFramework;

use super::{Pom, PomCommand, PomEvent, PomRefusal, StaffDetails};
use crate::{PomPosition, PomStatus, WorkingPattern};

fn ann(surname: &str) -> StaffDetails {
    StaffDetails {
        forename: "ANN".to_owned(),
        surname: surname.to_owned(),
        email: Some("ann@example.gov.uk".to_owned().into()),
    }
}

fn half_time() -> WorkingPattern {
    5.try_into().unwrap()
}

fn onboarded() -> PomEvent {
    PomEvent::PomOnboarded {
        details: ann("PRISON"),
        position: PomPosition::Prison,
        working_pattern: WorkingPattern::FULL_TIME,
    }
}

fn onboard() -> PomCommand {
    PomCommand::Onboard {
        details: ann("PRISON"),
        position: PomPosition::Prison,
        working_pattern: WorkingPattern::FULL_TIME,
    }
}

fn profile(working_pattern: WorkingPattern, status: PomStatus) -> PomCommand {
    PomCommand::ChangeProfile {
        working_pattern,
        status,
    }
}

fn given(events: Vec<PomEvent>) -> cqrs_es::test::AggregateTestExecutor<Pom> {
    TestFramework::<Pom>::with(()).given(events)
}

#[test]
fn someone_becomes_a_pom_once_and_again_after_removal() {
    given(vec![])
        .when(onboard())
        .then_expect_events(vec![onboarded()]);
    given(vec![onboarded()])
        .when(onboard())
        .then_expect_error(PomRefusal::AlreadyOnboarded);
    given(vec![onboarded(), PomEvent::PomRemoved])
        .when(onboard())
        .then_expect_events(vec![onboarded()]);
}

#[test]
fn nobody_is_changed_who_is_not_a_pom_here() {
    for command in [
        PomCommand::Remove,
        PomCommand::ObserveDetails(ann("PRISON")),
        profile(half_time(), PomStatus::Active),
    ] {
        given(vec![])
            .when(command)
            .then_expect_error(PomRefusal::NotFound);
    }
}

#[test]
fn a_profile_change_records_what_changed_and_nothing_else() {
    let pattern = PomEvent::WorkingPatternChanged {
        working_pattern: half_time(),
    };
    let status = PomEvent::PomStatusChanged {
        status: PomStatus::Unavailable,
    };

    given(vec![onboarded()])
        .when(profile(WorkingPattern::FULL_TIME, PomStatus::Active))
        .then_expect_events(vec![]);
    given(vec![onboarded()])
        .when(profile(half_time(), PomStatus::Active))
        .then_expect_events(vec![pattern.clone()]);
    given(vec![onboarded()])
        .when(profile(half_time(), PomStatus::Unavailable))
        .then_expect_events(vec![pattern, status]);
}

#[test]
fn a_removed_pom_keeps_the_last_profile() {
    let removed = || vec![onboarded(), PomEvent::PomRemoved];

    given(vec![onboarded()])
        .when(profile(WorkingPattern::FULL_TIME, PomStatus::Deleted))
        .then_expect_events(vec![PomEvent::PomRemoved]);
    given(removed())
        .when(profile(half_time(), PomStatus::Active))
        .then_expect_error_message("This POM has been removed and their profile cannot be edited.");
    given(removed())
        .when(PomCommand::Remove)
        .then_expect_events(vec![]);
}

#[test]
fn a_changed_name_is_recorded_once() {
    let observed = PomEvent::StaffDetailsObserved {
        details: ann("MARRIED"),
    };

    given(vec![onboarded()])
        .when(PomCommand::ObserveDetails(ann("PRISON")))
        .then_expect_events(vec![]);
    given(vec![onboarded()])
        .when(PomCommand::ObserveDetails(ann("MARRIED")))
        .then_expect_events(vec![observed.clone()]);
    given(vec![onboarded(), observed])
        .when(PomCommand::ObserveDetails(ann("MARRIED")))
        .then_expect_events(vec![]);
}

#[test]
fn an_allocation_records_the_pom_as_known_now() {
    let mut pom = Pom::default();
    let staff_id = 101.try_into().unwrap();
    assert_eq!(pom.snapshot(staff_id), None);

    pom.apply(&onboarded());
    let snapshot = pom.snapshot(staff_id).unwrap();
    assert_eq!(snapshot.listed_name(), "PRISON, ANN");
    assert_eq!(snapshot.position, PomPosition::Prison);
}
