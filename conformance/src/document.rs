//! A document with a list `cases`, read as a stream.

use std::{
    fmt,
    io::{self, Read},
};

use serde::{
    Deserializer,
    de::{DeserializeSeed, IgnoredAny, MapAccess, SeqAccess, Visitor},
};
use serde_json::value::RawValue;

use crate::{
    PolicyError,
    case::{CasePosition, Take, read_case},
};

/// Hands every case of a document to `take`.
///
/// # Errors
/// When it is a broken one or has no list of cases, or reading or `take` fails.
pub(crate) fn each_of_document(input: impl Read, take: &mut Take<'_>) -> Result<(), PolicyError> {
    let mut error = None;
    let mut deserializer = serde_json::Deserializer::from_reader(io::BufReader::new(input));
    let read = Members {
        take,
        error: &mut error,
    }
    .deserialize(&mut deserializer)
    .and_then(|()| deserializer.end());
    match (error, read) {
        (Some(error), _) => Err(PolicyError::Io(error)),
        (None, Err(source)) if source.is_io() => Err(PolicyError::Io(source.into())),
        (None, Err(source)) => Err(PolicyError::NotCases {
            line: source.line(),
            source,
        }),
        (None, Ok(())) => Ok(()),
    }
}

/// Reads a document, handing on the members of `cases` as they come. An error of `take` is kept beside serde's.
struct Members<'m, 't> {
    take: &'m mut Take<'t>,
    error: &'m mut Option<io::Error>,
}

impl<'de> DeserializeSeed<'de> for Members<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Members<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a document with a list 'cases'")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let mut met = false;
        while let Some(key) = map.next_key::<String>()? {
            if key == "cases" && !met {
                met = true;
                map.next_value_seed(Members {
                    take: &mut *self.take,
                    error: &mut *self.error,
                })?;
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        if met {
            Ok(())
        } else {
            Err(serde::de::Error::missing_field("cases"))
        }
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        for number in 1.. {
            let Some(member) = seq.next_element::<Box<RawValue>>()? else {
                break;
            };
            let case = read_case(member.get().as_bytes());
            if let Err(error) = (self.take)(CasePosition::Case(number), case) {
                *self.error = Some(error);
                return Err(serde::de::Error::custom("stopped"));
            }
        }
        Ok(())
    }
}
