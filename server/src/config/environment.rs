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
        expected: String,
    },
}

/// Settings that stop the start.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct ConfigurationError(pub Vec<Problem>);

impl fmt::Display for ConfigurationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the configuration is not usable:")?;
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
    required_found: bool,
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

    /// Who runs a command, for the trace that it leaves.
    #[must_use]
    pub fn operator(&self) -> String {
        let user = self.values.get("USER").map_or("operator", String::as_str);
        user.to_owned()
    }

    /// Whether one of these is set.
    pub(super) fn has_one_of(&self, names: &[&str]) -> bool {
        names.iter().any(|name| self.values.contains_key(*name))
    }

    pub(super) fn optional(&mut self, name: &str) -> Option<String> {
        self.asked.insert(name.to_owned());
        self.values.get(name).cloned()
    }

    pub(super) fn required(&mut self, name: &str) -> String {
        self.one_of(&[name])
    }

    /// A required setting of this form.
    pub(super) fn required_as<T: FromStr>(&mut self, name: &str, form: &str) -> Option<T> {
        self.required(name);
        self.parsed(name, form)
    }

    /// The first of these that is set; all are known from now on.
    pub(super) fn one_of(&mut self, names: &[&str]) -> String {
        let found: Vec<String> = names.iter().filter_map(|name| self.optional(name)).collect();
        self.required_found |= !found.is_empty();
        found.into_iter().next().unwrap_or_else(|| {
            self.problems.push(Problem::Missing(names.join(" or ")));
            String::new()
        })
    }

    /// An absolute address, without a final slash.
    pub(super) fn url(&mut self, names: &[&str]) -> String {
        let text = self.one_of(names);
        if !text.is_empty() && !text.starts_with("http://") && !text.starts_with("https://") {
            self.malformed(&names.join(" or "), "an address with http:// or https://");
        }
        text.trim_end_matches('/').to_owned()
    }

    /// A setting of this form, when it is set.
    pub(super) fn parsed<T: FromStr>(&mut self, name: &str, form: &str) -> Option<T> {
        let parsed = self.optional(name)?.parse().ok();
        if parsed.is_none() {
            self.malformed(name, form);
        }
        parsed
    }

    /// A setting that is on or off; off when it is not set.
    pub(super) fn flag(&mut self, name: &str) -> bool {
        let word = self.optional(name).map(|word| word.to_ascii_lowercase());
        match word.as_deref() {
            None | Some("false" | "no" | "off" | "0") => false,
            Some("true" | "yes" | "on" | "1") => true,
            Some(_) => {
                self.malformed(name, "true, yes, on or 1, or else false, no, off or 0");
                false
            }
        }
    }

    fn malformed(&mut self, name: &str, expected: &str) {
        self.problems.push(Problem::Malformed {
            name: name.to_owned(),
            expected: expected.to_owned(),
        });
    }

    /// What was read, or everything that is wrong with it; nothing when not one setting is there that is required.
    /// Unknown names are logged: probably misspelt.
    pub(super) fn finish<T>(self, read: Option<T>) -> Result<Option<T>, ConfigurationError> {
        for name in self.unknown() {
            tracing::warn!(name, "this setting is not known to the service and has no effect");
        }
        if self.required_found {
            self.settle(read)
        } else {
            Ok(None)
        }
    }

    /// Names of ours that nobody asked for.
    pub(super) fn unknown(&self) -> impl Iterator<Item = &String> {
        let ours = self.values.keys().filter(|name| name.starts_with("HMPPS_"));
        ours.filter(|name| !self.asked.contains(*name))
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
