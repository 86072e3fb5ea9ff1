//! What stands in place of a local delivery unit that cannot be named or written to. Handover rules 11.2.

use crate::coded::coded;

coded! {
    /// What the lists show in place of a local delivery unit that cannot be named or written to.
    LduHint {
        /// Neither its name nor its address is known.
        Unknown = "unknown",
        /// Its name is not known.
        NoName = "no_name",
        /// Its address is not known.
        NoEmail = "no_email",
    }
}

impl LduHint {
    /// The hint for a unit of this name and address, from the register of units; blank is not known.
    #[must_use]
    pub fn of(name: Option<&str>, email: Option<&str>) -> Option<Self> {
        let is_known = |text: Option<&str>| text.is_some_and(|text| !text.trim().is_empty());
        match (is_known(name), is_known(email)) {
            (true, true) => None,
            (true, false) => Some(Self::NoEmail),
            (false, true) => Some(Self::NoName),
            (false, false) => Some(Self::Unknown),
        }
    }
}
