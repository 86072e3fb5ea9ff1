//! What may be told of a prisoner: a value of this type is the proof that the rule was asked.

use commands::{RecordedEvent, access::Principal};
use domain::{PrisonCode, allocation::PomTerms};
use projections::{AllocationChange, AllocationView, CasePage, CaseView, Cursor, EventPage, TimelinePage};

use super::table::{ALLOCATION, Access, CASE, CHANGES, LOG, TIMELINE};

/// Something that tells of a prisoner, and the rules under which it may be told, whichever field shows it.
pub(crate) trait Disclosable {
    const RULES: Access;
}

impl Disclosable for AllocationView {
    const RULES: Access = ALLOCATION;
}

impl Disclosable for PomTerms {
    const RULES: Access = ALLOCATION;
}

impl Disclosable for CaseView {
    const RULES: Access = CASE;
}

impl Disclosable for TimelinePage {
    const RULES: Access = TIMELINE;
}

impl Disclosable for AllocationChange {
    const RULES: Access = CHANGES;
}

impl Disclosable for RecordedEvent {
    const RULES: Access = LOG;
}

impl Disclosable for EventPage {
    const RULES: Access = LOG;
}

/// What the caller may be told. Only this file makes one, and only after asking the rules.
#[derive(Debug, Clone)]
pub(crate) struct Disclosed<T>(T);

impl<T: Disclosable> Disclosed<T> {
    /// What is told of a prisoner of this prison, or of nobody's prisoner, if the caller may be told.
    pub(super) fn to(caller: &Principal, prison: Option<PrisonCode>, told: T) -> Option<Self> {
        T::RULES.at(caller, prison).is_ok().then_some(Self(told))
    }

    /// What is told.
    pub(crate) fn into_inner(self) -> T {
        self.0
    }
}

impl Disclosed<CaseView> {
    /// The case, and who has it: whoever may read a case may read its allocation.
    pub(crate) fn with_allocation(mut self) -> (CaseView, Option<Disclosed<AllocationView>>) {
        let allocation = self.0.allocation.take().map(Disclosed);
        (self.0, allocation)
    }
}

/// A part of a list of cases: those of its rows that the caller may be told.
pub(crate) struct CaseRows {
    pub(crate) rows: Vec<(Disclosed<CaseView>, Cursor)>,
    pub(crate) total: u64,
    pub(crate) has_next: bool,
    pub(crate) has_previous: bool,
}

impl CaseRows {
    /// Each row is a prisoner of its own, about whom the rule is asked like about any other.
    pub(super) fn to(caller: &Principal, page: CasePage) -> Self {
        let rows = page.cases.into_iter().filter_map(|(case, cursor)| {
            let prison = case.facts.prison;
            Some((Disclosed::to(caller, prison, case)?, cursor))
        });
        Self {
            rows: rows.collect(),
            total: page.total,
            has_next: page.has_next,
            has_previous: page.has_previous,
        }
    }
}
