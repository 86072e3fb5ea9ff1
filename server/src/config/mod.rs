//! Configuration from the environment, by the names that HMPPS deployments already mount.

mod build;
mod database;
mod database_settings;
mod environment;
mod limits;
mod local_settings;
mod origins;
mod secret;
mod upstreams;

use domain::policy::PolicyVersion;
use event_store::MasterKey;
use hmpps::{HMPPS_AUTH, UpstreamSettings};

pub use build::Build;
pub use database::DatabaseUrl;
pub use database_settings::DatabaseSettings;
pub use environment::{ConfigurationError, Environment, Problem};
pub use limits::{Bound, Limits};
pub use local_settings::LocalSettings;
pub use origins::Origins;
pub use secret::Secret;
pub use upstreams::configured_upstreams;

/// Everything that the service must be told in production.
#[derive(Debug, Clone)]
pub struct Configuration {
    /// The database.
    pub database: DatabaseUrl,
    /// The key that wraps the keys of personal data.
    pub personal_data_key: MasterKey,
    /// The issuer that tokens name.
    pub issuer: String,
    /// This service's client id at hmpps-auth.
    pub client_id: String,
    /// The client's secret.
    pub client_secret: Secret,
    /// The upstream services: addresses and keys.
    pub upstreams: UpstreamSettings,
    /// Scheme and host that messages point to.
    pub own_url: String,
    /// Where messages go to and come from.
    pub aws: Aws,
    /// The allocation policy in force.
    pub policy: PolicyVersion,
    /// Whether messages are sent; while not, they wait in the outbox.
    pub publish: bool,
    /// The origins whose pages may ask GraphQL.
    pub origins: Origins,
    /// What was built.
    pub build: Build,
}

/// SNS and SQS.
#[derive(Debug, Clone)]
pub struct Aws {
    /// Region.
    pub region: String,
    /// Another endpoint than Amazon's.
    pub endpoint: Option<String>,
    /// Static credentials, for local endpoints; otherwise the platform's chain.
    pub credentials: Option<(String, Secret)>,
    /// The topic for domain events.
    pub topic_arn: String,
    /// The queue of inbound domain events, by name.
    pub inbound_queue: String,
}

impl Configuration {
    /// The configuration, or `None` when nothing is set of what production cannot be without: then the local profile runs.
    ///
    /// # Errors
    /// When settings are missing or malformed: all of them, by name and never by value.
    pub fn from_environment(mut environment: Environment) -> Result<Option<Self>, ConfigurationError> {
        let read = Self::read(&mut environment);
        environment.finish(read)
    }

    fn read(environment: &mut Environment) -> Option<Self> {
        let database = DatabaseUrl::required(environment);
        let personal_data_key = environment.required_as(database_settings::KEY, database_settings::KEY_FORM);
        let upstreams = upstreams::read(environment);
        let issuer = format!("{}/issuer", upstreams.address(&HMPPS_AUTH).unwrap_or_default());
        Some(Self {
            issuer,
            client_id: environment.required("HMPPS_API_CLIENT_ID"),
            client_secret: environment.required("HMPPS_API_CLIENT_SECRET").into(),
            upstreams,
            own_url: environment.url(&["ALLOCATION_MANAGER_HOST"]),
            aws: Aws::from_environment(environment),
            policy: policy(environment),
            publish: !environment.flag("DISABLE_SNS_PUBLISH"),
            origins: Origins::read(environment),
            build: Build::from_environment(environment),
            // Last, so that everything else was read and complained of.
            database: database?,
            personal_data_key: personal_data_key?,
        })
    }
}

fn policy(environment: &mut Environment) -> PolicyVersion {
    let codes: Vec<_> = PolicyVersion::ALL.iter().map(|version| version.code()).collect();
    environment
        .parsed("ALLOCATION_POLICY", &codes.join(" or "))
        .unwrap_or(PolicyVersion::RoshBased)
}

impl Aws {
    fn from_environment(environment: &mut Environment) -> Self {
        // Mounted beside the queue's name; to SQS the queue's own redrive policy names it.
        environment.optional("HMPPS_SQS_QUEUES_DOMAINEVENTS_DLQ_NAME");
        let credentials = environment
            .optional("AWS_ACCESS_KEY_ID")
            .zip(environment.optional("AWS_SECRET_ACCESS_KEY"))
            .map(|(id, secret)| (id, secret.into()));
        Self {
            region: environment
                .optional("AWS_REGION")
                .unwrap_or_else(|| "eu-west-2".to_owned()),
            endpoint: environment.optional("LOCALSTACK_URL"),
            credentials,
            topic_arn: environment.one_of(&["DOMAIN_EVENTS_TOPIC_ARN", "HMPPS_SQS_TOPICS_DOMAINEVENTS_ARN"]),
            inbound_queue: environment.one_of(&[
                "DOMAIN_EVENTS_SQS_QUEUE_NAME",
                "HMPPS_SQS_QUEUES_DOMAINEVENTS_QUEUE_NAME",
            ]),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const COMPLETE: [(&str, &str); 10] = [
        ("DATABASE_URL", "postgres://db/allocations"),
        (
            "PERSONAL_DATA_KEY",
            "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
        ),
        ("HMPPS_AUTH_URL", "https://auth/auth"),
        ("HMPPS_API_CLIENT_ID", "allocations"),
        ("HMPPS_API_CLIENT_SECRET", "hush"),
        ("PRISONER_SEARCH_HOST", "https://prisoner-search"),
        ("NOMIS_USER_ROLES_API_HOST", "https://nomis-user-roles"),
        ("ALLOCATION_MANAGER_HOST", "https://allocations"),
        (
            "DOMAIN_EVENTS_TOPIC_ARN",
            "arn:aws:sns:eu-west-2:000000000000:events",
        ),
        ("DOMAIN_EVENTS_SQS_QUEUE_NAME", "events"),
    ];

    fn environment<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Environment {
        Environment::new(pairs.into_iter().map(|(n, v)| (n.to_owned(), v.to_owned())))
    }

    fn with(name: &str, value: &str) -> Result<Configuration, ConfigurationError> {
        let pairs = COMPLETE.into_iter().chain([(name, value)]);
        Configuration::from_environment(environment(pairs)).map(Option::unwrap)
    }

    #[test]
    fn with_nothing_of_production_set_the_local_profile_runs() {
        let of_every_build = [("GIT_REF", "abc1234"), ("AWS_REGION", "eu-west-2")];
        let read = Configuration::from_environment(environment(of_every_build)).unwrap();
        assert!(read.is_none());
    }

    #[test]
    fn whatever_one_setting_of_production_is_forgotten_the_start_stops_and_names_it() {
        for (forgotten, _) in COMPLETE {
            let others = COMPLETE.into_iter().filter(|(name, _)| *name != forgotten);
            let told = Configuration::from_environment(environment(others)).unwrap_err();
            let [Problem::Missing(names)] = &told.0[..] else {
                panic!("{forgotten}: {told}")
            };
            assert!(names.contains(forgotten), "{forgotten}: {told}");
        }
        let alone = environment([("PERSONAL_DATA_KEY", COMPLETE[1].1)]);
        let told = Configuration::from_environment(alone).unwrap_err();
        assert_eq!(told.0.len(), COMPLETE.len() - 1, "all at once: {told}");
    }

    #[test]
    fn names_that_deployments_mount_are_known_also_where_another_one_counts() {
        let mounted = [
            ("HMPPS_SQS_TOPICS_DOMAINEVENTS_ARN", "arn"),
            ("HMPPS_SQS_QUEUES_DOMAINEVENTS_QUEUE_NAME", "events"),
            ("HMPPS_SQS_QUEUES_DOMAINEVENTS_DLQ_NAME", "dead"),
            ("HMPPS_API_CLIENT_SECERT", "hush"),
        ];
        let mut environment = environment(COMPLETE.into_iter().chain(mounted));
        Configuration::read(&mut environment).unwrap();
        let unknown: Vec<_> = environment.unknown().collect();
        assert_eq!(unknown, ["HMPPS_API_CLIENT_SECERT"]);
    }

    #[test]
    fn publishing_is_switched_off_by_any_word_for_it_and_by_no_other() {
        for word in ["true", "TRUE", "Yes", "on", "1"] {
            assert!(!with("DISABLE_SNS_PUBLISH", word).unwrap().publish, "{word}");
        }
        for word in ["false", "False", "no", "OFF", "0", ""] {
            assert!(with("DISABLE_SNS_PUBLISH", word).unwrap().publish, "{word}");
        }
        let told = with("DISABLE_SNS_PUBLISH", "perhaps").unwrap_err().to_string();
        assert!(told.contains("DISABLE_SNS_PUBLISH must be true, yes"), "{told}");
    }

    #[test]
    fn a_choice_that_does_not_exist_is_answered_with_those_that_do() {
        let told = with("ALLOCATION_POLICY", "newest").unwrap_err().to_string();
        assert!(
            told.contains("ALLOCATION_POLICY must be tier-based or rosh-based"),
            "{told}"
        );
    }
}
