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

/// What a list can be ordered by. Names go by [`domain::names::order_key`], other text by its lower-case letters.
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

    /// What to order by, never null, so that a cursor is these values and nothing else. `$2` is the day.
    pub(super) const fn keys(self) -> &'static [Key] {
        match self {
            Self::LastName => &[NAME, NUMBER],
            Self::Location => &[Key::Text("location_key"), NAME, NUMBER],
            Self::EarliestReleaseDate => &[
                Key::Text(
                    "coalesce(to_char(rm.earliest_release(release_dates, $2), 'YYYY-MM-DD'), '') collate \"C\"",
                ),
                NAME,
                NUMBER,
            ],
            Self::Tier => &[Key::Text("coalesce(tier, '')"), NAME, NUMBER],
            Self::PomName => &[Key::Bytes("primary_name_order"), NAME, NUMBER],
            Self::AllocationDate => &[
                Key::Text("coalesce(to_char(primary_on, 'YYYY-MM-DD'), '') collate \"C\""),
                NAME,
                NUMBER,
            ],
            Self::WaitingSince => &[
                Key::Text("coalesce(to_char(waiting_since, 'YYYY-MM-DD'), '') collate \"C\""),
                NAME,
                NUMBER,
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

/// A part of an order, as SQL.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Key {
    /// Text that is compared letter by letter.
    Text(&'static str),
    /// A collation key.
    Bytes(&'static str),
}

const NAME: Key = Key::Bytes("name_order");
const NUMBER: Key = Key::Text("noms");

impl Key {
    pub(super) const fn sql(self) -> &'static str {
        match self {
            Self::Text(sql) | Self::Bytes(sql) => sql,
        }
    }
}
