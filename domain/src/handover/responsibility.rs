//! Who is responsible for a case. Handover rules 1.

use crate::facts::coded;

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

/// The part of each of the two managers of a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Roles {
    /// The prison offender manager is responsible.
    pub pom_responsible: bool,
    /// The prison offender manager supports.
    pub pom_supporting: bool,
    /// The community offender manager is responsible.
    pub com_responsible: bool,
    /// The community offender manager supports.
    pub com_supporting: bool,
}

impl Responsibility {
    /// Which part each manager has.
    #[must_use]
    pub const fn roles(self) -> Roles {
        let community = matches!(self, Self::Community);
        Roles {
            pom_responsible: !community,
            pom_supporting: community,
            com_responsible: community,
            com_supporting: matches!(self, Self::CustodyWithCom),
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
