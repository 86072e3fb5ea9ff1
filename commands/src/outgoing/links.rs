//! Addresses in messages. Consumers call them back, so they are absolute.

use domain::NomsNumber;

/// Makes the addresses that messages carry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Links {
    base: String,
}

/// The base is not the address of a host.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("'{0}' is not a base for links: give scheme and host, such as https://moic.example")]
pub struct InvalidBase(pub String);

impl Links {
    /// Links below this base: scheme and host, without a final slash.
    ///
    /// # Errors
    /// When it is not absolute.
    pub fn try_new(base: &str) -> Result<Self, InvalidBase> {
        let trimmed = base.trim_end_matches('/');
        let host = trimmed
            .strip_prefix("https://")
            .or_else(|| trimmed.strip_prefix("http://"));
        match host {
            Some(host) if !host.is_empty() && !host.contains(char::is_whitespace) => Ok(Self {
                base: trimmed.to_owned(),
            }),
            _ => Err(InvalidBase(base.to_owned())),
        }
    }

    /// Where the primary POM of a prisoner can be read.
    #[must_use]
    pub fn primary_pom(&self, noms: NomsNumber) -> String {
        format!("{}/api/allocation/{noms}/primary_pom", self.base)
    }
}
