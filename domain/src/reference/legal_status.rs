//! Which legal statuses the service takes in. Handover rules 3.1, allocation rules 5.2.

use crate::LegalStatus;

impl LegalStatus {
    /// Only these four enter the service.
    #[must_use]
    pub const fn in_remit(self) -> bool {
        matches!(
            self,
            Self::Sentenced | Self::Indeterminate | Self::Recall | Self::ImmigrationDetainee
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn four_statuses_are_in_remit() {
        let listed: Vec<_> = LegalStatus::ALL
            .iter()
            .filter(|status| status.in_remit())
            .map(|status| status.code())
            .collect();
        assert_eq!(
            listed,
            [
                "SENTENCED",
                "INDETERMINATE_SENTENCE",
                "RECALL",
                "IMMIGRATION_DETAINEE"
            ]
        );
    }
}
