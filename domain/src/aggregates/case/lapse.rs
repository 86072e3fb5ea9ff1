//! When the complexity of need that was assessed in the women's estate no longer holds. Allocation rules 2.6 C6 and C7.

use crate::{LegalStatus, PrisonCode, prison};

/// Whether complexity lapses when a prisoner leaves the service's world from this agency: it was a women's prison.
#[must_use]
pub fn complexity_lapses_on_release(from_agency: &str) -> bool {
    from_agency.parse().is_ok_and(is_womens)
}

/// Whether complexity lapses at a women's prison because the legal status left the remit, and nothing else keeps the
/// prisoner in the service.
#[must_use]
pub fn complexity_lapses_on_legal_status(
    status: LegalStatus,
    at: PrisonCode,
    sentenced: bool,
    immigration_case: bool,
) -> bool {
    status.ends_allocation() && is_womens(at) && !sentenced && !immigration_case
}

fn is_womens(code: PrisonCode) -> bool {
    prison(code).is_some_and(crate::Prison::is_womens)
}
