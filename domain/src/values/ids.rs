//! The identifiers of the field: small values that can only be made from text of the right form.

use std::{fmt, str::FromStr};

use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{self, Visitor},
};

/// Text that is not an identifier of the kind asked for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidId {
    /// Not a prison number.
    #[error(
        "not a NOMS number: give one upper-case letter, four digits and two upper-case letters, such as A1234BC"
    )]
    NomsNumber,
    /// Not a prison code.
    #[error("not a prison code: give three upper-case letters or digits, such as LEI")]
    PrisonCode,
    /// Not a staff id.
    #[error("not a staff id: give a whole number from 1 to 2147483647")]
    StaffId,
}

/// A prisoner's number: one upper-case letter, four digits, two upper-case letters.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NomsNumber([u8; 7]);

impl NomsNumber {
    /// The number as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl FromStr for NomsNumber {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, InvalidId> {
        let bytes: [u8; 7] = text.as_bytes().try_into().map_err(|_| InvalidId::NomsNumber)?;
        let [first, digits @ .., last, final_one] = bytes;
        let letters = [first, last, final_one].iter().all(u8::is_ascii_uppercase);
        let numbered = digits.iter().all(u8::is_ascii_digit);
        if letters && numbered {
            Ok(Self(bytes))
        } else {
            Err(InvalidId::NomsNumber)
        }
    }
}

/// A prison's code, as NOMIS agencies are named: three upper-case letters or digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PrisonCode([u8; 3]);

impl PrisonCode {
    /// The code as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl FromStr for PrisonCode {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, InvalidId> {
        let bytes: [u8; 3] = text.as_bytes().try_into().map_err(|_| InvalidId::PrisonCode)?;
        let upper = bytes.iter().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
        if upper {
            Ok(Self(bytes))
        } else {
            Err(InvalidId::PrisonCode)
        }
    }
}

macro_rules! text_id {
    ($id:ident) => {
        impl fmt::Display for $id {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl fmt::Debug for $id {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl TryFrom<&str> for $id {
            type Error = InvalidId;

            fn try_from(text: &str) -> Result<Self, InvalidId> {
                text.parse()
            }
        }

        impl From<$id> for String {
            fn from(id: $id) -> Self {
                id.as_str().to_owned()
            }
        }

        impl Serialize for $id {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> Deserialize<'de> for $id {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                struct Text;
                impl Visitor<'_> for Text {
                    type Value = $id;

                    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                        f.write_str(stringify!($id))
                    }

                    fn visit_str<E: de::Error>(self, text: &str) -> Result<$id, E> {
                        text.parse().map_err(E::custom)
                    }
                }
                deserializer.deserialize_str(Text)
            }
        }
    };
}
text_id!(NomsNumber);
text_id!(PrisonCode);

/// A member of staff as NOMIS numbers them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "i64", into = "i64")]
pub struct StaffId(i32);

impl StaffId {
    /// The number.
    #[must_use]
    pub fn get(self) -> i32 {
        self.0
    }
}

impl TryFrom<i64> for StaffId {
    type Error = InvalidId;

    fn try_from(number: i64) -> Result<Self, InvalidId> {
        match i32::try_from(number) {
            Ok(id) if id > 0 => Ok(Self(id)),
            _ => Err(InvalidId::StaffId),
        }
    }
}

impl From<StaffId> for i64 {
    fn from(id: StaffId) -> Self {
        i64::from(id.0)
    }
}

impl FromStr for StaffId {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, InvalidId> {
        text.parse::<i64>().map_err(|_| InvalidId::StaffId)?.try_into()
    }
}

impl fmt::Display for StaffId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
