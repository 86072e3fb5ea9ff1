//! Reading settings by name, and collecting everything that is wrong with them, so that one start tells all.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    str::FromStr,
};

/// What is wrong with one setting; never its value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Problem {
    /// Not set.
    Missing(String),
    /// Set to something that it cannot be.
    Malformed {
        /// Which.
        name: String,
        /// What it should be.
        expected: &'static str,
    },
}

/// Settings that stop the start.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct ConfigurationError(pub Vec<Problem>);

impl fmt::Display for ConfigurationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the configuration is not complete:")?;
        for problem in &self.0 {
            match problem {
                Problem::Missing(name) => write!(f, "\n  {name} is not set")?,
                Problem::Malformed { name, expected } => write!(f, "\n  {name} must be {expected}")?,
            }
        }
        Ok(())
    }
}

/// The process's environment, as read once.
#[derive(Debug, Default)]
pub struct Environment {
    values: BTreeMap<String, String>,
    asked: BTreeSet<String>,
    problems: Vec<Problem>,
}

impl Environment {
    /// From name and value pairs; empty values count as not set.
    pub fn new(values: impl IntoIterator<Item = (String, String)>) -> Self {
        Self {
            values: values
                .into_iter()
                .filter(|(_, value)| !value.is_empty())
                .collect(),
            ..Self::default()
        }
    }

    /// This process's own environment.
    #[must_use]
    pub fn of_process() -> Self {
        Self::new(
            std::env::vars_os().filter_map(|(n, v)| Some((n.into_string().ok()?, v.into_string().ok()?))),
        )
    }

    pub(super) fn optional(&mut self, name: &str) -> Option<String> {
        self.asked.insert(name.to_owned());
        self.values.get(name).cloned()
    }

    pub(super) fn required(&mut self, name: &str) -> String {
        self.one_of(&[name])
    }

    /// The first of these that is set; the first name is the one to complain about.
    pub(super) fn one_of(&mut self, names: &[&str]) -> String {
        let found = names.iter().find_map(|name| self.optional(name));
        found.unwrap_or_else(|| {
            self.problems.push(Problem::Missing(names.join(" or ")));
            String::new()
        })
    }

    /// An absolute address, without a final slash.
    pub(super) fn url(&mut self, names: &[&str]) -> String {
        let text = self.one_of(names);
        if !text.is_empty() && !text.starts_with("http://") && !text.starts_with("https://") {
            self.problems.push(Problem::Malformed {
                name: names.join(" or "),
                expected: "an address with http:// or https://",
            });
        }
        text.trim_end_matches('/').to_owned()
    }

    pub(super) fn parsed<T: FromStr>(&mut self, name: &str, default: T) -> T {
        match self.optional(name).map(|text| text.parse()) {
            None => default,
            Some(Ok(value)) => value,
            Some(Err(_)) => {
                self.problems.push(Problem::Malformed {
                    name: name.to_owned(),
                    expected: "one of the documented values",
                });
                default
            }
        }
    }

    pub(super) fn flag(&mut self, name: &str) -> bool {
        matches!(self.optional(name).as_deref(), Some("true" | "on" | "1"))
    }

    /// What was read, or everything that is wrong. Names of ours that nobody asked for are logged: probably misspelt.
    pub(super) fn finish<T>(self, read: T) -> Result<T, ConfigurationError> {
        for name in self
            .values
            .keys()
            .filter(|n| n.starts_with("HMPPS_") && !self.asked.contains(*n))
        {
            tracing::warn!(name, "this setting is not known to the service and has no effect");
        }
        self.settle(read)
    }

    /// What was read, or everything that is wrong with it.
    pub(super) fn settle<T>(self, read: T) -> Result<T, ConfigurationError> {
        if self.problems.is_empty() {
            Ok(read)
        } else {
            Err(ConfigurationError(self.problems))
        }
    }
}
