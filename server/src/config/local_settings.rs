//! What can be set of the local profile; everything else of it is made.

use domain::policy::PolicyVersion;

use super::{ConfigurationError, Environment, Limits, Origins, limits::LOCAL, policy};

/// The settings of the local profile.
#[derive(Debug, Clone)]
pub struct LocalSettings {
    /// What bounds callers: hardly anything, where nothing is set.
    pub limits: Limits,
    /// The version of the policy.
    pub policy: PolicyVersion,
    /// Whether messages leave.
    pub publish: bool,
    /// The origins whose pages may ask GraphQL: all of this machine, and what is listed.
    pub origins: Origins,
}

impl LocalSettings {
    /// What the environment says.
    ///
    /// # Errors
    /// When a setting is malformed.
    pub fn from_environment(mut environment: Environment) -> Result<Self, ConfigurationError> {
        let limits = Limits::read(&mut environment, LOCAL);
        let policy = policy(&mut environment);
        let publish = !environment.flag("DISABLE_SNS_PUBLISH");
        let origins = Origins::read(&mut environment).with_loopback();
        environment.settle(Self {
            limits,
            policy,
            publish,
            origins,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(name: &str, value: &str) -> Result<LocalSettings, ConfigurationError> {
        LocalSettings::from_environment(Environment::new([(name.to_owned(), value.to_owned())]))
    }

    #[test]
    fn nothing_need_be_set_and_nothing_malformed_is_passed_over() {
        let unset = LocalSettings::from_environment(Environment::default()).unwrap();
        assert_eq!(unset.limits.budget.requests_per_second, None);
        assert_eq!(unset.policy, PolicyVersion::RoshBased);
        assert!(unset.publish);
        assert!(!with("DISABLE_SNS_PUBLISH", "yes").unwrap().publish);
        let set = with("ALLOCATION_POLICY", "tier-based").unwrap();
        assert_eq!(set.policy, PolicyVersion::TierBased);
        for name in [
            "ALLOCATION_POLICY",
            "CALLER_COST_PER_SECOND",
            "CALLER_REQUESTS_PER_SECOND",
            "CORS_ALLOWED_ORIGINS",
            "REQUESTS_AT_WORK",
            "DISABLE_SNS_PUBLISH",
        ] {
            let told = with(name, "seven").unwrap_err().to_string();
            assert!(told.contains(name), "{told}");
        }
    }
}
