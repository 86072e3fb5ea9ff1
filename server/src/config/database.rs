//! Where the database is: one address, or the families of names that deployments mount.

use std::fmt;

use super::Environment;

/// A libpq address; may hold a password and is never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct DatabaseUrl(String);

impl DatabaseUrl {
    /// The address, for whoever connects.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// The address, which has to be there.
    pub(super) fn required(environment: &mut Environment) -> Option<Self> {
        environment.one_of(&["DATABASE_URL", "DB_SERVER", "POSTGRES_HOST"]);
        Self::from_environment(environment)
    }

    /// `DATABASE_URL`, or host, name, user and password by their `DB_…` or `POSTGRES_…` names; none when neither is set.
    pub(super) fn from_environment(environment: &mut Environment) -> Option<Self> {
        if let Some(url) = environment.optional("DATABASE_URL") {
            return Some(Self(url));
        }
        let (prefix, server) = ["DB_SERVER", "POSTGRES_HOST"]
            .into_iter()
            .find_map(|name| Some((name.split_once('_')?.0, environment.optional(name)?)))?;
        let password_name = if prefix == "DB" {
            "DB_PASS"
        } else {
            "POSTGRES_PASSWORD"
        };
        let name = environment.required(&format!("{prefix}_NAME"));
        let user = environment.required(&format!("{prefix}_USER"));
        let password = environment.required(password_name);
        let tls = environment
            .optional("DB_SSL_MODE")
            .unwrap_or_else(|| "verify-full".to_owned());
        Some(Self(format!(
            "postgres://{}:{}@{server}/{name}?sslmode={tls}",
            percent_encoded(&user),
            percent_encoded(&password)
        )))
    }
}

impl From<String> for DatabaseUrl {
    fn from(url: String) -> Self {
        Self(url)
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(database address)")
    }
}

fn percent_encoded(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                char::from(byte).to_string()
            }
            _ => format!("%{byte:02X}"),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn environment(pairs: &[(&str, &str)]) -> Environment {
        Environment::new(pairs.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())))
    }

    #[test]
    fn a_password_with_special_characters_survives() {
        let mut env = environment(&[
            ("POSTGRES_HOST", "db:5432"),
            ("POSTGRES_NAME", "allocations"),
            ("POSTGRES_USER", "moic"),
            ("POSTGRES_PASSWORD", "p@ss/word"),
        ]);
        let url = DatabaseUrl::from_environment(&mut env).unwrap();
        assert_eq!(
            url.reveal(),
            "postgres://moic:p%40ss%2Fword@db:5432/allocations?sslmode=verify-full"
        );
        assert!(!format!("{url:?}").contains("p%40ss"));
    }

    #[test]
    fn without_any_of_the_names_there_is_no_database() {
        assert_eq!(DatabaseUrl::from_environment(&mut environment(&[])), None);
    }
}
