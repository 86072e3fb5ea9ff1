//! Streams: which aggregate is in which stream, how its key is written and read, and whose personal-data key seals it. The table
//! in `aggregates` names the type of each aggregate's keys.

use std::{fmt, hash::Hash, str::FromStr};

use cqrs_es::Aggregate;

use crate::{
    InvalidId, NomsNumber, PrisonCode, StaffId,
    aggregates::{EventEnum, for_each_aggregate},
};

/// Separates a stream's category from its key. A key may contain it, a category may not.
const SEPARATOR: char = '-';

/// The key of an aggregate's streams.
pub trait StreamKey: Copy + Eq + Ord + Hash + fmt::Debug + fmt::Display + FromStr<Err = InvalidId> {
    /// The person whose personal-data key seals what is personal in the stream.
    fn data_subject(self) -> DataSubject;

    /// The prisoner whom the stream is about; none if it is about somebody or something else.
    fn prisoner(self) -> Option<NomsNumber> {
        None
    }

    /// The key of the streams about this prisoner; none if no stream with such a key is about a prisoner.
    #[must_use]
    fn of_prisoner(_noms: NomsNumber) -> Option<Self> {
        None
    }
}

/// An aggregate that the log has streams of.
pub trait Streamed: Aggregate<Event: EventEnum> {
    /// What tells one stream of this aggregate from another.
    type Key: StreamKey;

    /// The stream's category, which is the aggregate's type.
    const CATEGORY: &'static str = {
        let mut rest = Self::TYPE.as_bytes();
        while let [byte, others @ ..] = rest {
            assert!(*byte != b'-', "a category contains the separator");
            rest = others;
        }
        Self::TYPE
    };

    /// The stream with this key, among those of all aggregates.
    #[must_use]
    fn any(key: Self::Key) -> AnyStream;

    /// The stream with this key.
    #[must_use]
    fn stream(key: Self::Key) -> Stream<Self> {
        Stream(key)
    }
}

/// The stream of one aggregate.
#[derive(Debug)]
pub struct Stream<A: Streamed>(A::Key);

// Derived, these would ask the same of the aggregate.
impl<A: Streamed> Clone for Stream<A> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<A: Streamed> Copy for Stream<A> {}

impl<A: Streamed> Stream<A> {
    /// The key.
    #[must_use]
    pub const fn key(self) -> A::Key {
        self.0
    }

    /// The person whose personal-data key seals what is personal in it.
    #[must_use]
    pub fn data_subject(self) -> DataSubject {
        self.0.data_subject()
    }
}

impl<A: Streamed> fmt::Display for Stream<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{SEPARATOR}{}", A::CATEGORY, self.0)
    }
}

/// A person about whom the log holds sealed data. Displays as the id of their personal-data key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DataSubject {
    /// A prisoner: one key for all of their streams.
    Prisoner(NomsNumber),
    /// A member of staff: one key, wherever they work.
    Staff(StaffId),
}

impl fmt::Display for DataSubject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Prisoner(noms) => noms.fmt(f),
            Self::Staff(staff) => write!(f, "staff-{staff}"),
        }
    }
}

/// A POM at a prison: `LEI-485926`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PomKey {
    /// The prison.
    pub prison: PrisonCode,
    /// The member of staff.
    pub staff: StaffId,
}

impl fmt::Display for PomKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{SEPARATOR}{}", self.prison, self.staff)
    }
}

impl FromStr for PomKey {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, InvalidId> {
        let (prison, staff) = text.split_once(SEPARATOR).ok_or(InvalidId::PrisonCode)?;
        Ok(Self {
            prison: prison.parse()?,
            staff: staff.parse()?,
        })
    }
}

impl StreamKey for NomsNumber {
    fn data_subject(self) -> DataSubject {
        DataSubject::Prisoner(self)
    }

    fn prisoner(self) -> Option<NomsNumber> {
        Some(self)
    }

    fn of_prisoner(noms: NomsNumber) -> Option<Self> {
        Some(noms)
    }
}

impl StreamKey for PomKey {
    fn data_subject(self) -> DataSubject {
        DataSubject::Staff(self.staff)
    }
}

/// Text that does not name a stream of an aggregate.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidStream {
    /// No aggregate has streams of this category.
    #[error("no aggregate has streams of this category")]
    Category,
    /// The key has another form than the keys of its category.
    #[error("the stream's key is malformed: {0}")]
    Key(#[from] InvalidId),
}

macro_rules! streams {
    ($($module:ident::$aggregate:ident($category:literal, $key:ident, $($types:ident),+)),+ $(,)?) => {
        $(
            impl Streamed for crate::$module::$aggregate {
                type Key = $key;

                fn any(key: $key) -> AnyStream {
                    AnyStream::$aggregate(key)
                }
            }
        )+

        /// A stream of any aggregate, by its key.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[expect(missing_docs, reason = "each variant is named after its aggregate")]
        pub enum AnyStream {
            $($aggregate($key)),+
        }

        impl AnyStream {
            /// The categories of all streams.
            pub const CATEGORIES: &'static [&'static str] = &[$($category),+];

            /// The category.
            #[must_use]
            pub const fn category(&self) -> &'static str {
                match self {
                    $(Self::$aggregate(_) => $category),+
                }
            }

            /// The key as it is written.
            #[must_use]
            pub fn key(&self) -> impl fmt::Display {
                fmt::from_fn(move |f| match self {
                    $(Self::$aggregate(key) => write!(f, "{key}")),+
                })
            }

            /// All streams about a prisoner: a history is read from them, and an erasure seals them for good.
            pub fn of_prisoner(noms: NomsNumber) -> impl Iterator<Item = Self> {
                [$(<$key>::of_prisoner(noms).map(Self::$aggregate)),+].into_iter().flatten()
            }

            /// The prisoner whom the stream is about; none if it is about somebody or something else.
            #[must_use]
            pub fn prisoner(&self) -> Option<NomsNumber> {
                match self {
                    $(Self::$aggregate(key) => key.prisoner()),+
                }
            }

            /// The person whose personal-data key seals what is personal in it.
            #[must_use]
            pub fn data_subject(&self) -> DataSubject {
                match self {
                    $(Self::$aggregate(key) => key.data_subject()),+
                }
            }
        }

        impl fmt::Display for AnyStream {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                match self {
                    $(Self::$aggregate(key) => crate::$module::$aggregate::stream(*key).fmt(f)),+
                }
            }
        }

        impl FromStr for AnyStream {
            type Err = InvalidStream;

            fn from_str(text: &str) -> Result<Self, InvalidStream> {
                let (category, key) = text.split_once(SEPARATOR).ok_or(InvalidStream::Category)?;
                match category {
                    $($category => Ok(Self::$aggregate(key.parse()?)),)+
                    _ => Err(InvalidStream::Category),
                }
            }
        }
    };
}

for_each_aggregate!(streams);

impl<A: Streamed> From<Stream<A>> for AnyStream {
    fn from(Stream(key): Stream<A>) -> Self {
        A::any(key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOMS: &str = "A1234BC";

    #[test]
    fn a_stream_is_read_as_it_is_written() {
        for text in [
            "allocation-A1234BC",
            "case-A1234BC",
            "prisoner-A1234BC",
            "pom-LEI-485926",
        ] {
            let stream: AnyStream = text.parse().unwrap();
            assert_eq!(stream.to_string(), text);
            assert!(AnyStream::CATEGORIES.contains(&stream.category()), "{text}");
        }
    }

    #[test]
    fn text_that_is_not_a_stream_is_refused() {
        for text in ["", "allocation", "parole-A1234BC", "allocation-Allocation-1"] {
            assert!(text.parse::<AnyStream>().is_err(), "{text}");
        }
        for text in [
            "allocation-LEI-485926",
            "pom-A1234BC",
            "pom-485926",
            "case-a1234bc",
        ] {
            let refused = text.parse::<AnyStream>().unwrap_err();
            assert!(matches!(refused, InvalidStream::Key(_)), "{text}: {refused}");
        }
    }

    #[test]
    fn every_stream_of_a_prisoner_is_among_those_of_the_prisoner_and_sealed_with_one_key() {
        let noms: NomsNumber = NOMS.parse().unwrap();
        let theirs: Vec<_> = AnyStream::of_prisoner(noms).collect();
        for category in AnyStream::CATEGORIES {
            let Ok(stream) = format!("{category}-{NOMS}").parse::<AnyStream>() else {
                continue;
            };
            assert!(theirs.contains(&stream), "{stream}");
            assert_eq!(stream.prisoner(), Some(noms));
            assert_eq!(stream.data_subject(), DataSubject::Prisoner(noms));
        }
    }

    #[test]
    fn a_member_of_staff_has_one_key_wherever_they_work() {
        let key = |text: &str| text.parse::<AnyStream>().unwrap().data_subject();
        assert_eq!(key("pom-LEI-485926"), key("pom-MDI-485926"));
        assert_eq!(key("pom-LEI-485926").to_string(), "staff-485926");
    }
}
