//! Why case information was not accepted.

/// Information that the rules do not allow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CaseRefusal {
    /// MAPPA levels are 0 to 3.
    #[error("A MAPPA level is 0, 1, 2 or 3")]
    NoSuchMappaLevel,
}
