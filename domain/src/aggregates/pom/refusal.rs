//! Why a change to a POM was refused.

/// A change that the rules do not allow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PomRefusal {
    /// Nobody of that number was onboarded here.
    #[error("This POM cannot be found in this service.")]
    NotFound,
    /// Removed POMs keep their last profile.
    #[error("This POM has been removed and their profile cannot be edited.")]
    Removed,
    /// Already a POM here.
    #[error("This person is already a POM at this prison.")]
    AlreadyOnboarded,
}
