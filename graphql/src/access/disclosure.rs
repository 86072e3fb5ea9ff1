//! Views of a prisoner that the caller may see: a `Disclosed` value is the proof that its rules were checked.

use commands::{RecordedEvent, access::Principal};
use domain::{PrisonCode, allocation::PomTerms};
use projections::{AllocationChange, AllocationView, CasePage, CaseView, Cursor, EventPage, TimelinePage};

use super::table::{ALLOCATION, Access, CASE, CHANGES, LOG, TIMELINE};

/// A view of a prisoner with its rules, whichever field shows it.
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

/// A view that the caller may see. Only this file makes one, and only after checking the rules.
#[derive(Debug, Clone)]
pub(crate) struct Disclosed<T>(T);

impl<T: Disclosable> Disclosed<T> {
    /// The view of a prisoner of this prison, or of no prison, if the caller may see it.
    pub(super) fn to(caller: &Principal, prison: Option<PrisonCode>, view: T) -> Option<Self> {
        T::RULES.at(caller, prison).is_ok().then_some(Self(view))
    }

    /// The view.
    pub(crate) fn into_inner(self) -> T {
        self.0
    }
}

impl Disclosed<CaseView> {
    /// The case and its allocation: callers who may read a case may read its allocation.
    pub(crate) fn with_allocation(mut self) -> (CaseView, Option<Disclosed<AllocationView>>) {
        let allocation = self.0.allocation.take().map(Disclosed);
        (self.0, allocation)
    }
}

/// A page of a list of cases, with the rows that the caller may see.
pub(crate) struct CaseRows {
    pub(crate) rows: Vec<(Disclosed<CaseView>, Cursor)>,
    pub(crate) total: u64,
    pub(crate) has_next: bool,
    pub(crate) has_previous: bool,
}

impl CaseRows {
    /// The rules are checked for each row.
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
