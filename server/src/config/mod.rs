//! Configuration from the environment, by the names that HMPPS deployments already mount.

mod database;
mod environment;
mod limits;
mod secret;

use domain::policy::PolicyVersion;

pub use database::DatabaseUrl;
pub use environment::{ConfigurationError, Environment, Problem};
pub use limits::Limits;
pub use secret::Secret;

/// Everything that the service must be told in production.
#[derive(Debug, Clone)]
pub struct Configuration {
    /// The database.
    pub database: DatabaseUrl,
    /// The key that wraps the keys of personal data: 32 bytes as base64.
    pub personal_data_key: Secret,
    /// Where tokens come from: scheme and host of hmpps-auth, with its `/auth`.
    pub auth_url: String,
    /// Who issues tokens, as they say it.
    pub issuer: String,
    /// This service's own client id at hmpps-auth.
    pub client_id: String,
    /// And its secret.
    pub client_secret: Secret,
    /// prisoner-search.
    pub prisoner_search_url: String,
    /// nomis-user-roles.
    pub nomis_user_roles_url: String,
    /// Scheme and host that messages point to.
    pub own_url: String,
    /// Where messages go to and come from.
    pub aws: Aws,
    /// The allocation policy in force.
    pub policy: PolicyVersion,
    /// Whether messages are sent; while not, they wait in the outbox.
    pub publish: bool,
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

/// What was built, as `/info` tells it.
#[derive(Debug, Clone)]
pub struct Build {
    /// Build number.
    pub number: String,
    /// Commit.
    pub git_ref: String,
    /// Branch.
    pub git_branch: String,
    /// The product's id in the service catalogue.
    pub product_id: String,
}

impl Configuration {
    /// The configuration, or `None` when no database is configured: then the local profile runs.
    ///
    /// # Errors
    /// When settings are missing or malformed: all of them, by name and never by value.
    pub fn from_environment(mut environment: Environment) -> Result<Option<Self>, ConfigurationError> {
        let Some(database) = DatabaseUrl::from_environment(&mut environment) else {
            return environment.finish(None);
        };
        let auth_url = with_auth_path(environment.url(&["HMPPS_AUTH_URL", "NOMIS_OAUTH_HOST"]));
        let configuration = Self {
            database,
            personal_data_key: environment.required("PERSONAL_DATA_KEY").into(),
            issuer: format!("{auth_url}/issuer"),
            auth_url,
            client_id: environment.required("HMPPS_API_CLIENT_ID"),
            client_secret: environment.required("HMPPS_API_CLIENT_SECRET").into(),
            prisoner_search_url: environment.url(&["PRISONER_SEARCH_HOST"]),
            nomis_user_roles_url: environment.url(&["NOMIS_USER_ROLES_API_HOST"]),
            own_url: environment.url(&["ALLOCATION_MANAGER_HOST"]),
            aws: Aws::from_environment(&mut environment),
            policy: environment.parsed("ALLOCATION_POLICY", PolicyVersion::RoshBased),
            publish: !environment.flag("DISABLE_SNS_PUBLISH"),
            build: Build::from_environment(&mut environment),
        };
        environment.finish(Some(configuration))
    }
}

/// `NOMIS_OAUTH_HOST` is mounted without the path that `HMPPS_AUTH_URL` has.
fn with_auth_path(url: String) -> String {
    if url.ends_with("/auth") {
        url
    } else {
        format!("{url}/auth")
    }
}

impl Aws {
    fn from_environment(environment: &mut Environment) -> Self {
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

impl Build {
    /// From the environment of the deployment.
    pub fn from_environment(environment: &mut Environment) -> Self {
        let mut named = |name| environment.optional(name).unwrap_or_else(|| "unknown".to_owned());
        Self {
            number: named("BUILD_NUMBER"),
            git_ref: named("GIT_REF"),
            git_branch: named("GIT_BRANCH"),
            product_id: environment
                .optional("PRODUCT_ID")
                .unwrap_or_else(|| "UNASSIGNED".to_owned()),
        }
    }

    /// Build number, commit and branch as one version.
    #[must_use]
    pub fn version(&self) -> String {
        format!("{}.{}.{}", env!("CARGO_PKG_VERSION"), self.number, self.git_ref)
    }
}
