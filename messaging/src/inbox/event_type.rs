//! What is listened to.

/// The types of message that the inbox acts on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InboundType {
    /// A prisoner left a prison.
    PrisonerReleased,
    /// Somebody tries whether messages arrive.
    Noop,
}

impl InboundType {
    /// All of them, for the filter of a subscription.
    pub const ALL: [Self; 2] = [Self::PrisonerReleased, Self::Noop];

    /// The name under which it is published.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::PrisonerReleased => "prisoner-offender-search.prisoner.released",
            Self::Noop => "offender-management.noop",
        }
    }

    /// The type of this name, if it is listened to.
    #[must_use]
    pub fn of(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.name() == name)
    }

    /// A type as metrics name it: few names, whatever is sent.
    pub(crate) fn label(name: Option<&str>) -> &'static str {
        match name.map(Self::of) {
            None => "none",
            Some(None) => "other",
            Some(Some(known)) => known.name(),
        }
    }
}
