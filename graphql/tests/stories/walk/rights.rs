//! Who may be told what of a prisoner of another prison than theirs, written down a second time.

use std::collections::BTreeSet;

use commands::access::Role::{
    self, Administrator, Allocator, Auditor, Developer, Pom, QueueAdmin, ReadAllocations,
};

use super::people;

const ROLES: [Role; 7] = [
    Allocator,
    Pom,
    Administrator,
    ReadAllocations,
    Auditor,
    Developer,
    QueueAdmin,
];

/// What a path tells of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Section {
    /// The prison: its POMs, their caseloads and its counts.
    Prison,
    /// Who has the case, and had it.
    Allocation,
    /// That an allocation changed.
    Change,
    /// The case, with name and cell.
    Case,
    /// What happened, with notes and reasons.
    History,
    /// The log itself.
    Log,
}

/// The roles that are bound to no prison, and what they may be told of any prisoner.
const RIGHTS: &[(Role, &[Section])] = &[
    (
        Auditor,
        &[
            Section::Prison,
            Section::Allocation,
            Section::Change,
            Section::Case,
            Section::History,
            Section::Log,
        ],
    ),
    (ReadAllocations, &[Section::Allocation, Section::Change]),
    (Administrator, &[Section::Allocation]),
];

/// What those who may read them find of the prisoner: without this, silence would pass for discretion.
pub(crate) const TOLD: &[(Section, &str)] = &[
    (Section::Prison, people::POM_NAME),
    (Section::Allocation, people::POM_NAME),
    (Section::Allocation, people::COWORKING_NAME),
    (Section::Case, people::LAST_NAME),
    (Section::Case, people::CELL),
    (Section::History, people::NOTE),
    (Section::History, people::OVERRIDE_DETAIL),
    (Section::Log, people::NOTE),
];

pub(crate) fn may_read(roles: &BTreeSet<Role>, section: Section) -> bool {
    let mut rights = RIGHTS.iter().filter(|(role, _)| roles.contains(role));
    rights.any(|(_, sections)| sections.contains(&section))
}

/// Each role by itself, those who work in prisons with each other role, and two who have much.
pub(crate) fn role_sets() -> BTreeSet<BTreeSet<Role>> {
    let mut sets: BTreeSet<BTreeSet<Role>> = ROLES.iter().map(|role| [*role].into()).collect();
    for staff in [Allocator, Pom] {
        sets.extend(ROLES.iter().map(|role| [staff, *role].into()));
    }
    sets.insert([Administrator, ReadAllocations].into());
    let mut all_but_auditor = everybody();
    all_but_auditor.remove(&Auditor);
    sets.insert(all_but_auditor);
    sets.insert(BTreeSet::new());
    sets
}

/// Somebody who may do and read everything.
pub(crate) fn everybody() -> BTreeSet<Role> {
    ROLES.into()
}

impl Section {
    /// What must be allowed along a path: that of the root field, and that of each type on the way.
    pub(crate) fn along(root: &str, types: &[String]) -> Vec<Self> {
        let mut sections = Vec::new();
        for of in [root].into_iter().chain(types.iter().map(String::as_str)) {
            let section = match of {
                "Prison" | "Pom" | "PomCounters" => Self::Prison,
                "Allocation" | "AllocationPayload" => Self::Allocation,
                "AllocationChange" => Self::Change,
                "Case" | "CaseConnection" => Self::Case,
                "TimelineConnection" | "TimelineItem" => Self::History,
                "EventConnection" | "RecordedEvent" => Self::Log,
                _ => continue,
            };
            if !sections.contains(&section) {
                sections.push(section);
            }
        }
        // What changed at Leeds once is news for Leeds; what a change leads on to has rules of its own.
        if sections.len() > 1 {
            sections.retain(|section| *section != Self::Change);
        }
        sections
    }
}
