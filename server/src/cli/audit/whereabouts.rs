//! Where a prisoner is, by the events of their own stream: an allocation keeps its prison after they have left it.

use std::fmt;

use domain::{PrisonCode, prisoner::PrisonerEvent};

/// Where a prisoner is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Whereabouts {
    /// Not recorded.
    #[default]
    Unrecorded,
    /// In this prison.
    At(PrisonCode),
    /// Out of this prison, and not seen in another yet.
    BetweenPrisons(PrisonCode),
    /// Released, or observed in no prison.
    NotInPrison,
}

impl Whereabouts {
    /// Where they are after this event.
    pub(super) fn after(event: &PrisonerEvent) -> Self {
        match event {
            PrisonerEvent::PrisonerObserved(facts) => facts.prison.map_or(Self::NotInPrison, Self::At),
            PrisonerEvent::PrisonerReleased { .. } => Self::NotInPrison,
            PrisonerEvent::PrisonerTransferredOut { from_prison, .. } => Self::BetweenPrisons(*from_prison),
        }
    }
}

impl fmt::Display for Whereabouts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unrecorded => f.write_str("whereabouts not recorded"),
            Self::At(prison) => write!(f, "at {prison}"),
            Self::BetweenPrisons(from) => write!(f, "left {from} for another prison"),
            Self::NotInPrison => f.write_str("not in prison"),
        }
    }
}
