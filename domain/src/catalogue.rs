//! Every event that the log can hold: its name, the category of its streams, and what it means.

/// The events by category, in the order in which they are explained.
#[must_use]
pub const fn catalogue() -> &'static [(&'static str, &'static str, &'static str)] {
    &CATALOGUE
}

const ALLOCATION: &str = "allocation";
const CASE: &str = "case";
const POM: &str = "pom";
const PRISONER: &str = "prisoner";

const CATALOGUE: [(&str, &str, &str); 19] = [
    (
        "PrimaryPomAllocated",
        ALLOCATION,
        "A case without primary POM at this prison got one.",
    ),
    (
        "PrimaryPomReallocated",
        ALLOCATION,
        "A case with a primary POM at this prison got another one.",
    ),
    ("CoworkingPomAllocated", ALLOCATION, "A co-working POM joined."),
    (
        "CoworkingPomReplaced",
        ALLOCATION,
        "A co-working POM took another one's place.",
    ),
    (
        "PrimaryPomDeallocated",
        ALLOCATION,
        "The primary POM was taken off the case; a co-working POM stays.",
    ),
    (
        "CoworkingPomDeallocated",
        ALLOCATION,
        "The co-working POM was taken off the case.",
    ),
    (
        "AllocationEndedByRelease",
        ALLOCATION,
        "The prisoner was released: both POMs are off the case.",
    ),
    (
        "AllocationEndedByTransfer",
        ALLOCATION,
        "The prisoner moved to another prison: both POMs are off the case.",
    ),
    (
        "CaseInformationRecorded",
        CASE,
        "Pieces of case information became known or changed.",
    ),
    (
        "ComplexityAssessed",
        CASE,
        "The complexity of need was assessed, in the women's estate.",
    ),
    (
        "CaseInformationClosed",
        CASE,
        "The prisoner was released: what was known of the stay no longer counts.",
    ),
    (
        "PomOnboarded",
        POM,
        "Someone became a POM at a prison, or became one again.",
    ),
    (
        "StaffDetailsObserved",
        POM,
        "A POM's name or address changed upstream.",
    ),
    ("WorkingPatternChanged", POM, "A POM works more or less."),
    ("PomStatusChanged", POM, "A POM takes cases, or doesn't."),
    ("PomRemoved", POM, "Someone is no longer a POM at a prison."),
    (
        "PrisonerObserved",
        PRISONER,
        "Upstream says something of a prisoner that was not known.",
    ),
    (
        "PrisonerReleased",
        PRISONER,
        "The prisoner was released from prison.",
    ),
    (
        "PrisonerTransferredOut",
        PRISONER,
        "The prisoner left for another prison, not yet known to have arrived.",
    ),
];
