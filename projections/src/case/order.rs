//! Orders of a list of cases.
//!
//! Every order is total: what is equal by the field goes by name, and then by number. Descending is ascending read
//! backwards. What is not known stands first when ascending and last when descending. Allocation rules 5.4.

/// How a list is ordered.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct CaseOrder {
    /// By what.
    pub field: CaseOrderField,
    /// Backwards.
    pub descending: bool,
}

/// What a list can be ordered by. Text goes by its lower-case letters.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum CaseOrderField {
    /// Last name, then first name.
    #[default]
    LastName,
    /// Cell location.
    Location,
    /// Earliest release, as seen on the day asked about.
    EarliestReleaseDate,
    /// Tier.
    Tier,
    /// Last name, then first name, of the primary POM.
    PomName,
    /// The date of the primary allocation.
    AllocationDate,
    /// Since when the case has waited for a primary POM.
    WaitingSince,
}

impl CaseOrderField {
    /// Every field.
    pub const ALL: [Self; 7] = [
        Self::LastName,
        Self::Location,
        Self::EarliestReleaseDate,
        Self::Tier,
        Self::PomName,
        Self::AllocationDate,
        Self::WaitingSince,
    ];

    /// The columns to order by, all text and never null, so that a cursor is their values and nothing else. `$2` is the day.
    pub(super) const fn keys(self) -> &'static [&'static str] {
        match self {
            Self::LastName => &["name_key", "noms"],
            Self::Location => &["location_key", "name_key", "noms"],
            Self::EarliestReleaseDate => &[
                "coalesce(to_char(rm.earliest_release(release_dates, $2), 'YYYY-MM-DD'), '') collate \"C\"",
                "name_key",
                "noms",
            ],
            Self::Tier => &["coalesce(tier, '')", "name_key", "noms"],
            Self::PomName => &["primary_name_key", "name_key", "noms"],
            Self::AllocationDate => &[
                "coalesce(to_char(primary_on, 'YYYY-MM-DD'), '') collate \"C\"",
                "name_key",
                "noms",
            ],
            Self::WaitingSince => &[
                "coalesce(to_char(waiting_since, 'YYYY-MM-DD'), '') collate \"C\"",
                "name_key",
                "noms",
            ],
        }
    }

    /// The letter that ties a cursor to its order.
    pub(super) const fn letter(self) -> char {
        match self {
            Self::LastName => 'n',
            Self::Location => 'l',
            Self::EarliestReleaseDate => 'r',
            Self::Tier => 't',
            Self::PomName => 'p',
            Self::AllocationDate => 'a',
            Self::WaitingSince => 'w',
        }
    }
}
