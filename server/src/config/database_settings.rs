//! The database and the key to it: all that most commands need of a configuration.

use event_store::MasterKey;

use super::{ConfigurationError, DatabaseUrl, Environment};

pub(super) const KEY: &str = "PERSONAL_DATA_KEY";
pub(super) const KEY_FORM: &str = "32 bytes as base64";

/// What a command needs that works on the database and leaves the services around it alone.
#[derive(Debug, Clone)]
pub struct DatabaseSettings {
    /// Where the database is.
    pub url: DatabaseUrl,
    /// The key that wraps the keys of personal data, for what opens or seals it.
    pub personal_data_key: Option<MasterKey>,
}

impl DatabaseSettings {
    /// The configured database, if there is one. A key without a database is half a configuration, and not the local profile.
    ///
    /// # Errors
    /// When settings are missing or malformed.
    pub fn from_environment(mut environment: Environment) -> Result<Option<Self>, ConfigurationError> {
        let personal_data_key: Option<MasterKey> = environment.parsed(KEY, KEY_FORM);
        let url = if personal_data_key.is_some() {
            DatabaseUrl::required(&mut environment)
        } else {
            DatabaseUrl::from_environment(&mut environment)
        };
        environment.settle(url.map(|url| Self {
            url,
            personal_data_key,
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DATABASE: (&str, &str) = ("DATABASE_URL", "postgres://db/allocations");

    fn read(pairs: &[(&str, &str)]) -> Result<Option<DatabaseSettings>, ConfigurationError> {
        let environment = Environment::new(pairs.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())));
        DatabaseSettings::from_environment(environment)
    }

    fn complaint(pairs: &[(&str, &str)]) -> String {
        read(pairs).unwrap_err().to_string()
    }

    #[test]
    fn the_database_is_enough_and_the_key_is_taken_when_it_is_there() {
        assert!(read(&[]).unwrap().is_none());
        assert!(read(&[DATABASE]).unwrap().unwrap().personal_data_key.is_none());
        let key = (KEY, "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=");
        assert!(
            read(&[DATABASE, key])
                .unwrap()
                .unwrap()
                .personal_data_key
                .is_some()
        );
        assert!(complaint(&[key]).contains("DATABASE_URL or DB_SERVER or POSTGRES_HOST is not set"));
    }

    #[test]
    fn a_malformed_key_is_complained_of_and_not_shown() {
        let told = complaint(&[DATABASE, (KEY, "c2hvcnQ=")]);
        assert!(
            told.contains("PERSONAL_DATA_KEY must be 32 bytes as base64"),
            "{told}"
        );
        assert!(!told.contains("c2hvcnQ="), "{told}");
    }
}
