//! The origins whose pages may ask GraphQL.

use std::str::FromStr;

use super::Environment;

/// The setting.
const NAME: &str = "CORS_ALLOWED_ORIGINS";

/// What it must be.
const FORM: &str = "origins such as https://ui.example, with commas between them";

/// Origins: scheme, host and, where it is not the usual one, port.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Origins {
    listed: Vec<String>,
    /// Pages that this machine serves itself, whatever their port.
    loopback: bool,
}

impl Origins {
    /// The listed ones; none when nothing is set.
    pub(super) fn read(environment: &mut Environment) -> Self {
        environment.parsed(NAME, FORM).unwrap_or_default()
    }

    /// These, and pages that this machine serves itself.
    #[must_use]
    pub(super) fn with_loopback(self) -> Self {
        Self {
            loopback: true,
            ..self
        }
    }

    /// Whether pages of this origin may ask.
    #[must_use]
    pub fn allow(&self, origin: &str) -> bool {
        self.listed.iter().any(|listed| listed == origin) || (self.loopback && is_loopback(origin))
    }
}

impl FromStr for Origins {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let listed = text
            .split(',')
            .map(|origin| origin.trim().trim_end_matches('/').to_ascii_lowercase());
        let listed: Vec<_> = listed.collect();
        if listed.iter().all(|origin| is_origin(origin)) {
            Ok(Self {
                listed,
                loopback: false,
            })
        } else {
            Err(())
        }
    }
}

/// Whether this is a scheme and a host, and no pattern.
fn is_origin(text: &str) -> bool {
    host_and_port(text).is_some_and(|host| {
        let plain = |c: char| c.is_ascii_alphanumeric() || "-.:[]".contains(c);
        !host.is_empty() && host.chars().all(plain)
    })
}

fn is_loopback(origin: &str) -> bool {
    host_and_port(origin).is_some_and(crate::loopback::names)
}

fn host_and_port(origin: &str) -> Option<&str> {
    origin
        .strip_prefix("https://")
        .or_else(|| origin.strip_prefix("http://"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_listed_origins_may_ask_and_in_the_local_profile_those_of_this_machine() {
        let listed: Origins = "https://ui.example, http://other.example:8443/".parse().unwrap();
        for origin in ["https://ui.example", "http://other.example:8443"] {
            assert!(listed.allow(origin), "{origin}");
        }
        let local = Origins::default().with_loopback();
        for origin in ["http://localhost:3000", "http://127.0.0.1", "https://[::1]:8443"] {
            assert!(!listed.allow(origin), "{origin}");
            assert!(local.allow(origin), "{origin}");
        }
        for origin in [
            "http://ui.example",
            "https://ui.example.evil.example",
            "http://localhost.evil.example:3000",
            "http://127.0.0.1.evil.example",
            "file://localhost",
            "null",
            "",
        ] {
            assert!(!listed.allow(origin), "{origin}");
            assert!(!local.allow(origin), "{origin}");
        }
    }

    #[test]
    fn what_is_no_list_of_origins_stops_the_start() {
        for text in [
            "*",
            "ui.example",
            "https://",
            "https://ui.example/path",
            "https://*.example",
            "a,,b",
        ] {
            assert!(text.parse::<Origins>().is_err(), "{text}");
        }
    }
}
