//! Nothing that upstream says of a prisoner is refused.

/// No observation is refused; the type has no values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PrisonerRefusal {}
