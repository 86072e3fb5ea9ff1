//! Which message goes to whom, and which cases have nobody to go to.

use domain::{
    early_allocation::ReferralEmail,
    handover::{ComContact, Responsibility},
    handover_list::{Addresses, Email, MonthlyEmail, Reminder, needs_com},
    recalculation::ComRequest,
};

const USER: &str = "officer@prison";
const LDU: &str = "ldu@probation";
const POM: &str = "pom@prison";

const ALL: Addresses<'static> = Addresses {
    acting_user: Some(USER),
    ldu: Some(LDU),
    primary_pom: Some(POM),
};

#[test]
fn each_message_has_its_recipients_and_its_place_in_the_history() {
    for (email, addresses, kept) in [
        (Email::ToCommunity, &[USER, LDU][..], true),
        (Email::to_custody(false), &[USER, LDU], true),
        (Email::to_custody(true), &[USER, LDU, POM], true),
        (Email::Monthly(MonthlyEmail::Pipeline), &[LDU], false),
        (Email::Chase, &[LDU], true),
        (Email::ComRequest(ComRequest::Assign), &[LDU], true),
        (Email::Referral(ReferralEmail::Eligible), &[LDU], true),
        (Email::Reassessment, &[POM], true),
        (Email::Reminder(Reminder::Upcoming), &[POM], false),
    ] {
        assert_eq!(ALL.of(email), addresses, "{email:?}");
        assert_eq!(email.is_kept_in_history(), kept, "{email:?}");
    }
}

#[test]
fn nobody_is_written_to_twice() {
    let acts_as_pom = Addresses {
        acting_user: Some(POM),
        ..ALL
    };
    assert_eq!(acts_as_pom.of(Email::ToCustodyWithPom), [POM, LDU]);
    assert_eq!(acts_as_pom.of(Email::Reassessment), [POM]);
}

#[test]
fn who_cannot_be_written_to_keeps_the_message_from_nobody_else() {
    for missing in [None, Some(""), Some("  ")] {
        let without = Addresses {
            primary_pom: missing,
            ..ALL
        };
        assert_eq!(without.of(Email::ToCustodyWithPom), [USER, LDU]);
        let without = Addresses { ldu: missing, ..ALL };
        assert_eq!(without.of(Email::ToCommunity), [USER]);
        assert!(without.of(Email::Chase).is_empty());
    }
}

#[test]
fn a_case_needs_a_com_once_the_community_has_a_part_and_nobody_is_named() {
    let named = |name| Some(ComContact { name, email: None });
    for (responsibility, com, needed) in [
        (Responsibility::Community, named(None), true),
        (Responsibility::CustodyWithCom, named(None), true),
        (Responsibility::Community, named(Some(" ")), true),
        (Responsibility::CustodyOnly, named(None), false),
        (Responsibility::Community, named(Some("A B")), false),
        (Responsibility::Community, None, false),
    ] {
        assert_eq!(needs_com(responsibility.roles(), com), needed);
    }
}
