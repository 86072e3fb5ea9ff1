//! The rules, by name. A new one is a file here and a line in [`RULES`].

mod allocation_transitions;
mod earliest_release;
mod early_allocation;
mod handover;
mod handover_lists;
mod handover_recalculation;
mod omic_policy;
mod parole;
mod recommendation;
mod responsibility;

use self::{
    allocation_transitions::AllocationTransitions,
    earliest_release::EarliestRelease,
    early_allocation::EarlyAllocation,
    handover::{Handover, HandoverParts},
    handover_lists::HandoverLists,
    handover_recalculation::HandoverRecalculation,
    omic_policy::OmicPolicy,
    parole::Parole,
    recommendation::RecommendedPomType,
    responsibility::WhoIsResponsible,
};
use crate::rule::{BadCase, PolicyRule};

/// Every rule.
pub(crate) const RULES: &[&dyn PolicyRule] = &[
    &AllocationTransitions,
    &RecommendedPomType,
    &EarlyAllocation,
    &Parole,
    &HandoverLists,
    &HandoverRecalculation,
    &Handover,
    &HandoverParts,
    &EarliestRelease,
    &OmicPolicy,
    &WhoIsResponsible,
];

/// The name of every rule.
pub fn rule_names() -> impl Iterator<Item = &'static str> {
    RULES.iter().map(|rule| rule.name())
}

/// The error for a case whose kind the chosen rule does not answer.
pub(crate) fn other_kind(kind: &str) -> BadCase {
    let answering = RULES.iter().filter(|rule| rule.kinds().contains(&kind));
    let names: Vec<_> = answering.map(|rule| rule.name()).collect();
    let kind = kind.to_owned();
    if names.is_empty() {
        return BadCase::NoKind { kind };
    }
    BadCase::Kind {
        kind,
        answered_by: names.join(" or "),
    }
}
