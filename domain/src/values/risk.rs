//! A prisoner's tier, risk of serious harm and complexity of need.

use super::coded::coded;

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
