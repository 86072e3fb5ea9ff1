//! Small facts of the field that several rules read.

use serde::{Deserialize, Serialize};

/// A value with one spelling on the wire. Gives `code`, `FromStr` and `Display` beside serde.
macro_rules! coded {
    ($(#[$outer:meta])* $name:ident { $($(#[$inner:meta])* $variant:ident = $code:literal),+ $(,)? }) => {
        $(#[$outer])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        pub enum $name {
            $($(#[$inner])* #[serde(rename = $code)] $variant),+
        }

        impl $name {
            /// Every value, in order.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The spelling on the wire.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self { $(Self::$variant => $code),+ }
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::UnknownCode;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                match text {
                    $($code => Ok(Self::$variant),)+
                    _ => Err($crate::UnknownCode { kind: stringify!($name), code: text.to_owned() }),
                }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.code())
            }
        }
    };
}
pub(crate) use coded;

/// A code that the list of its kind does not have.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("'{code}' is not a {kind}: use one of the listed values")]
pub struct UnknownCode {
    /// What was expected.
    pub kind: &'static str,
    /// What was given.
    pub code: String,
}

coded! {
    /// How a case is banded by the tier service: risk and need, A highest. Allocation rules 1.2.
    Tier {
        /// Highest risk and need.
        A = "A",
        /// Second.
        B = "B",
        /// Third.
        C = "C",
        /// Lowest of the first scheme.
        D = "D",
        /// Fifth, of the newer scheme.
        E = "E",
        /// Sixth.
        F = "F",
        /// Lowest of the newer scheme.
        G = "G",
    }
}

impl Tier {
    /// Only the first character of an external score counts (`A_2`, `B1`).
    #[must_use]
    pub fn from_score(score: &str) -> Option<Self> {
        score.get(..1)?.parse().ok()
    }
}

coded! {
    /// Risk of serious harm, from nDelius or typed by staff. Allocation rules 1.2.
    RoshLevel {
        /// Low.
        Low = "LOW",
        /// Medium.
        Medium = "MEDIUM",
        /// High.
        High = "HIGH",
        /// Very high.
        VeryHigh = "VERY_HIGH",
    }
}

coded! {
    /// Complexity of need, known in the women's estate only. Allocation rules 1.2.
    Complexity {
        /// Low.
        Low = "low",
        /// Medium.
        Medium = "medium",
        /// High.
        High = "high",
    }
}

coded! {
    /// The grade of a POM. Allocation rules 1.1.
    PomPosition {
        /// Prison officer grade.
        Prison = "PRO",
        /// Probation officer grade.
        Probation = "PO",
    }
}

impl PomPosition {
    /// `prison` or `probation`, the word that history and contracts use.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Prison => "prison",
            Self::Probation => "probation",
        }
    }
}

coded! {
    /// Whether a POM takes cases. Allocation rules 4.2.
    PomStatus {
        /// Takes new cases.
        Active = "active",
        /// Keeps cases, takes no new ones.
        Unavailable = "unavailable",
        /// Away from work.
        Inactive = "inactive",
        /// No longer a POM at this prison.
        Deleted = "deleted",
    }
}

coded! {
    /// A prisoner's legal status, as prisoner-search spells it. Allocation rules 1.2.
    LegalStatus {
        /// Serving a determinate sentence.
        Sentenced = "SENTENCED",
        /// Serving an indeterminate sentence.
        Indeterminate = "INDETERMINATE_SENTENCE",
        /// Recalled from licence.
        Recall = "RECALL",
        /// Held under immigration powers.
        ImmigrationDetainee = "IMMIGRATION_DETAINEE",
        /// Flaps upstream; tolerated, never ends an allocation.
        Unknown = "UNKNOWN",
        /// On remand.
        Remand = "REMAND",
        /// Convicted, not yet sentenced.
        ConvictedUnsentenced = "CONVICTED_UNSENTENCED",
        /// Held for a civil matter.
        CivilPrisoner = "CIVIL_PRISONER",
        /// Deceased.
        Dead = "DEAD",
        /// Any other status.
        Other = "OTHER",
    }
}

impl LegalStatus {
    /// Reads an upstream value; one that is not listed is [`LegalStatus::Other`], so that a new value cannot stop the service.
    #[must_use]
    pub fn from_upstream(text: &str) -> Self {
        text.parse().unwrap_or(Self::Other)
    }

    /// Whether a change to this status ends an allocation: out of remit, and not the flapping `UNKNOWN`.
    #[must_use]
    pub const fn ends_allocation(self) -> bool {
        !self.in_remit() && !matches!(self, Self::Unknown)
    }
}

/// A POM's working pattern in tenths of full time: 0 to 10, one tenth being half a day a week. Allocation rules 4.1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
pub struct WorkingPattern(u8);

impl WorkingPattern {
    /// Full time.
    pub const FULL_TIME: Self = Self(10);

    /// Tenths of full time.
    #[must_use]
    pub const fn tenths(self) -> u8 {
        self.0
    }
}

/// A working pattern of more than ten tenths.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a working pattern is 0 to 10 tenths of full time")]
pub struct InvalidWorkingPattern;

impl TryFrom<u8> for WorkingPattern {
    type Error = InvalidWorkingPattern;

    fn try_from(tenths: u8) -> Result<Self, InvalidWorkingPattern> {
        if tenths <= 10 {
            Ok(Self(tenths))
        } else {
            Err(InvalidWorkingPattern)
        }
    }
}

impl From<WorkingPattern> for u8 {
    fn from(pattern: WorkingPattern) -> Self {
        pattern.0
    }
}
