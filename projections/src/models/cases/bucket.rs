//! The lists of cases.

/// Where a case is listed. Allocation rules 5.3.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CaseBucket {
    /// Has a primary POM at the prison where the prisoner is.
    Allocated,
    /// Can be allocated.
    Unallocated,
    /// Something must be found out first.
    MissingInformation,
}

impl CaseBucket {
    /// Every bucket.
    pub const ALL: [Self; 3] = [Self::Allocated, Self::Unallocated, Self::MissingInformation];

    pub(crate) const fn code(self) -> &'static str {
        match self {
            Self::Allocated => "allocated",
            Self::Unallocated => "unallocated",
            Self::MissingInformation => "missing",
        }
    }
}
