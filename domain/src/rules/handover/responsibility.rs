//! Who is responsible for a case. Handover rules 1.

use crate::coded::coded;

coded! {
    /// Who is responsible, as the calculation says and as it is stored.
    Responsibility {
        /// The prison, alone.
        CustodyOnly = "CustodyOnly",
        /// The prison, and the community already supports.
        CustodyWithCom = "CustodyWithCom",
        /// The community, and the prison supports.
        Community = "Community",
    }
}

/// What a manager does in a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// Is responsible for it.
    Responsible,
    /// Supports whoever is responsible.
    Supporting,
}

/// The part of each of the two managers of a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Roles {
    /// The prison offender manager's.
    pub pom: Part,
    /// The community offender manager's, once there is something for them to do.
    pub com: Option<Part>,
}

impl Responsibility {
    /// Which part each manager has.
    #[must_use]
    pub const fn roles(self) -> Roles {
        match self {
            Self::CustodyOnly => Roles {
                pom: Part::Responsible,
                com: None,
            },
            Self::CustodyWithCom => Roles {
                pom: Part::Responsible,
                com: Some(Part::Supporting),
            },
            Self::Community => Roles {
                pom: Part::Supporting,
                com: Some(Part::Responsible),
            },
        }
    }

    /// `POM` or `COM`: whoever is responsible, in three letters.
    #[must_use]
    pub const fn short(self) -> &'static str {
        if matches!(self, Self::Community) {
            "COM"
        } else {
            "POM"
        }
    }
}
