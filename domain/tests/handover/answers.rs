//! Every case whose answer is known is answered so, with everything that it rests on.

use domain::{
    early_allocation::State,
    handover::{Part, RulesVersion, Situation, calculate},
    parole::ParoleDates,
};
use serde_json::{Value, json};

use crate::given::{at, read};

const CASES: &str = include_str!("cases.jsonl");

#[test]
fn every_case_is_answered_as_the_present_service_does() {
    let mut met = 0;
    for line in CASES.lines() {
        let case: Value = serde_json::from_str(line).unwrap();
        let owned = read(&case["given"]);
        let (facts, at) = (owned.facts(), at(case["now"].as_str().unwrap()));
        let rules = RulesVersion::REFERENCE;
        let situation = Situation::of(&facts, at, rules);
        let parole = ParoleDates {
            tariff: facts.dates.tariff,
            parole_eligibility: facts.dates.parole_eligibility,
            target_hearing: situation.hearing,
        }
        .next(at, rules);
        let derived = json!({
            "insideOmicPolicy": situation.inside_policy().is_ok(),
            "sentenced": situation.sentenced,
            "age": situation.age,
            "earliestRelease": situation.shown_release.map(|r| json!({ "type": r.kind, "date": r.date })),
            "releasedForLists": situation.released,
            "earliestReleaseForHandover":
                situation.release.map(|r| json!({ "type": r.kind, "date": r.date })),
            "targetHearingDate": situation.hearing,
            "thd12OrMoreMonthsAway": situation.far_hearing.is_some(),
            "paroleOutcomeNotRelease": situation.refused.is_some(),
            "earlyAllocation": situation.early_allocation == Some(State::Eligible),
            "withinEarlyAllocationWindow": situation.within_referral_window,
            "earlyAllocationState": situation.early_allocation,
            "additionalIsp": situation.indeterminate.then_some(situation.additional.is_some()),
            "inWomensPrison": situation.conditions.womens_prison,
            "inOpenConditions": situation.conditions.open.is_some(),
            "prisonArrivalDate": situation.conditions.arrived,
            "openPrisonRulesApply": situation.conditions.open_rules,
            "nextParoleDate": parole.map(|next| next.date),
            "nextParoleDateType": parole.map(|next| next.kind),
        });
        let answer = match calculate(&facts, at, rules) {
            Err(_) => json!({ "error": "outside_omic_policy", "derived": derived }),
            Ok(handover) => {
                let parts = handover.responsibility.roles();
                json!({
                    "error": null,
                    "responsibility": handover.responsibility,
                    "reason": handover.reason(),
                    "reasonLabel": handover.reason().label(),
                    "handoverDate": handover.handover_date,
                    "handoverStartDate": handover.start_date,
                    "pomResponsible": parts.pom == Part::Responsible,
                    "pomSupporting": parts.pom == Part::Supporting,
                    "comResponsible": parts.com == Some(Part::Responsible),
                    "comSupporting": parts.com == Some(Part::Supporting),
                    "derived": derived,
                })
            }
        };
        assert_eq!(answer, case["expect"], "{}", case["id"]);
        met += 1;
    }
    assert_eq!(met, 367);
}
