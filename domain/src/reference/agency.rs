//! Where someone can be moved to: a prison, a court, a hospital. NOMIS names each with at most six characters.

use std::{fmt, str::FromStr};

use super::{Prison, prison};

/// The name of an agency, as NOMIS knows it: one to six visible characters. A copy, so that facts need no memory of their own.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Agency([u8; 6]);

/// Text that is not the name of an agency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an agency: give one to six characters without spaces, such as LEI or COURT")]
pub struct InvalidAgency;

impl Agency {
    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        let end = self.0.iter().position(|byte| *byte == 0).unwrap_or(self.0.len());
        self.0
            .get(..end)
            .and_then(|name| std::str::from_utf8(name).ok())
            .unwrap_or_default()
    }

    /// The prison of this name, if the service knows it.
    #[must_use]
    pub fn prison(&self) -> Option<&'static Prison> {
        prison(self.as_str().parse().ok()?)
    }
}

impl FromStr for Agency {
    type Err = InvalidAgency;

    fn from_str(text: &str) -> Result<Self, InvalidAgency> {
        let mut name = [0; 6];
        let space = name.get_mut(..text.len()).ok_or(InvalidAgency)?;
        if space.is_empty() || !text.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(InvalidAgency);
        }
        space.copy_from_slice(text.as_bytes());
        Ok(Self(name))
    }
}

impl fmt::Display for Agency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for Agency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_agency_has_one_to_six_visible_characters() {
        for name in ["L", "LEI", "COURT", "HAZLWD"] {
            assert_eq!(
                name.parse::<Agency>().map(|agency| agency.to_string()),
                Ok(name.to_owned())
            );
        }
        for no_name in ["", "HOSPITAL", "L I", "LÉI", "L\0I"] {
            assert_eq!(no_name.parse::<Agency>(), Err(InvalidAgency), "{no_name}");
        }
    }

    #[test]
    fn only_a_prison_of_the_list_is_a_prison() {
        let prison_of = |name: &str| name.parse::<Agency>().unwrap().prison().map(|prison| prison.name);
        assert_eq!(prison_of("LEI"), Some("Leeds"));
        for other in ["OUT", "LEIX", "lei", "COURT"] {
            assert_eq!(prison_of(other), None, "{other}");
        }
    }
}
