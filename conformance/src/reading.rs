//! Reading the facts of a case: fast, then again slowly to report where they are wrong or which members no rule reads.

use std::{
    cell::RefCell,
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use serde::{Deserialize, Deserializer, de::Error as _};
use serde_ignored::Path;
use serde_json::value::RawValue;

/// Facts that can be read.
#[cfg(not(test))]
pub(crate) trait Facts<'a>: Deserialize<'a> {}

#[cfg(not(test))]
impl<'a, T: Deserialize<'a>> Facts<'a> for T {}

#[cfg(test)]
pub(crate) use crate::printing::Facts;

/// The path of an object in a case that is read by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum FactPath {
    /// All that is given.
    Given,
    /// A member of it.
    Member(&'static str),
    /// An item of a list in it, counted from 0.
    Item(&'static str, usize),
}

impl fmt::Display for FactPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Given => f.write_str("given"),
            Self::Member(name) => write!(f, "given.{name}"),
            Self::Item(list, number) => write!(f, "given.{list}[{number}]"),
        }
    }
}

/// Text of an unexpected shape.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(crate) struct ShapeError(String);

/// Reads an object.
///
/// # Errors
/// When it is of another shape, says at which member.
pub(crate) fn read<'a, T: Deserialize<'a>>(place: FactPath, text: &'a RawValue) -> Result<T, ShapeError> {
    object(text.get()).map_err(|error| misread::<T>(&place.to_string(), text.get(), &error))
}

/// Reads a case, which stands nowhere else.
///
/// # Errors
/// When it is no JSON, or of another shape.
pub(crate) fn read_case<'a, T: Deserialize<'a>>(text: &'a str) -> Result<T, ShapeError> {
    object(text).map_err(|error| misread::<T>("", text, &error))
}

/// What the text of an object says. Serde would take a list for one as well, by the order of the members.
fn object<'a, T: Deserialize<'a>>(text: &'a str) -> Result<T, serde_json::Error> {
    if text.trim_ascii_start().starts_with('[') {
        return Err(serde_json::Error::custom("a list, where an object is needed"));
    }
    serde_json::from_str(text)
}

/// Says where reading failed, by reading once more.
fn misread<'a, T: Deserialize<'a>>(root: &str, text: &'a str, error: &serde_json::Error) -> ShapeError {
    let again: Result<T, _> = serde_path_to_error::deserialize(&mut serde_json::Deserializer::from_str(text));
    let path = again.map_or_else(|again| again.path().to_string(), |_| String::new());
    let told = error.to_string();
    let column = format!(" at line {} column {}", error.line(), error.column());
    let message = told.strip_suffix(&column).unwrap_or(&told);
    let place = match (root, path.trim_end_matches(['.', '?'])) {
        // Which line of the input it is, its reader knows.
        ("", "") if told != message => return ShapeError(format!("{message} at column {}", error.column())),
        ("", "") => return ShapeError(told),
        (root, "") => root.to_owned(),
        ("", path) => path.to_owned(),
        (root, path) => format!("{root}.{path}"),
    };
    ShapeError(format!("{place}: {message}"))
}

/// A list; one that is `null` is empty.
pub(crate) fn list<'de, D: Deserializer<'de>, T: Default + Deserialize<'de>>(
    deserializer: D,
) -> Result<T, D::Error> {
    Option::deserialize(deserializer).map(Option::unwrap_or_default)
}

/// The members of each object that no reading has used. An object may be read more than once, each time for other members.
#[derive(Debug, Default)]
pub(crate) struct Unread(RefCell<BTreeMap<FactPath, BTreeSet<String>>>);

impl Unread {
    /// Reads an object, and notes which members are not used.
    ///
    /// # Errors
    /// When it is of another shape.
    pub(crate) fn read<'a, T: Facts<'a>>(
        &self,
        place: FactPath,
        text: &'a RawValue,
    ) -> Result<T, ShapeError> {
        let mut ignored = BTreeSet::new();
        let facts = read(place, text)?;
        #[cfg(test)]
        crate::printing::check(&facts);
        let json = &mut serde_json::Deserializer::from_str(text.get());
        // It can be read: this only looks at what of it is not.
        let _: Result<T, _> = serde_ignored::deserialize(json, |path| {
            ignored.insert(named(&path));
        });
        let mut unread = self.0.borrow_mut();
        match unread.get_mut(&place) {
            Some(before) => *before = in_both(before, &ignored),
            None => drop(unread.insert(place, ignored)),
        }
        Ok(facts)
    }

    /// The paths of what no reading used.
    pub(crate) fn paths(self) -> Vec<String> {
        let unread = self.0.into_inner().into_iter();
        unread
            .flat_map(|(place, paths)| paths.into_iter().map(move |path| format!("{place}{path}")))
            .collect()
    }
}

/// What neither of two readings used. One that passed over a member has used nothing inside it either.
fn in_both(one: &BTreeSet<String>, other: &BTreeSet<String>) -> BTreeSet<String> {
    let within = |path: &str, passed_over: &BTreeSet<String>| {
        passed_over.iter().any(|outer| {
            let inside = path.strip_prefix(outer.as_str());
            inside.is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
        })
    };
    let of_one = one.iter().filter(|path| within(path, other));
    let of_other = other.iter().filter(|path| within(path, one));
    of_one.chain(of_other).cloned().collect()
}

/// The path of a member as people write it, to stand behind another.
fn named(path: &Path<'_>) -> String {
    match path {
        Path::Root => String::new(),
        Path::Seq { parent, index } => format!("{}[{index}]", named(parent)),
        Path::Map { parent, key } => format!("{}.{key}", named(parent)),
        Path::Some { parent } | Path::NewtypeStruct { parent } | Path::NewtypeVariant { parent } => {
            named(parent)
        }
    }
}
