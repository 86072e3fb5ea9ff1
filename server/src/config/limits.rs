//! How much one caller may ask, and how long anything may take.

use std::{num::NonZeroU32, time::Duration};

use super::{ConfigurationError, Environment};

/// Requests a second that one caller may send to one replica, when the environment says nothing in production: far more
/// than a busy user interface, and less than what would starve the others.
const PRODUCTION_RATE: u32 = 1_000;

/// Limits that keep one caller from taking what belongs to all.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Requests a second, on average, that one caller may send; two seconds' worth may come at once. None: no limit.
    pub requests_per_second: Option<NonZeroU32>,
    /// How long a socket may stay open before its first message says who it is.
    pub introduction: Duration,
    /// How many subscriptions one socket may have at a time.
    pub subscriptions: usize,
    /// How long ago a caller's caseloads may have been asked for, on a connection that lasts too.
    pub standing: Duration,
    /// How long a GraphQL query or mutation may take.
    pub answer: Duration,
    /// How long a connection may take over the head of its next request, and lie idle before it.
    pub silence: Duration,
}

/// No limit of requests: for the local profile and tests.
impl Default for Limits {
    fn default() -> Self {
        Self {
            requests_per_second: None,
            introduction: Duration::from_secs(10),
            subscriptions: 50,
            standing: Duration::from_mins(1),
            answer: Duration::from_secs(20),
            // Longer than proxies keep connections for later, or they would send requests into closed ones.
            silence: Duration::from_secs(75),
        }
    }
}

impl Limits {
    /// The limits of production.
    ///
    /// # Errors
    /// When a setting is malformed.
    pub fn of_production(mut environment: Environment) -> Result<Self, ConfigurationError> {
        let limits = Self::read(&mut environment, PRODUCTION_RATE);
        environment.settle(limits)
    }

    /// How often caseloads are asked for: what is remembered of them may be so old when a connection begins, and again when
    /// it asks next.
    #[must_use]
    pub fn renewed_every(&self) -> Duration {
        self.standing.checked_div(2).unwrap_or_default()
    }

    /// The limits in an environment, with this rate where it does not say another.
    pub(super) fn read(environment: &mut Environment, rate: u32) -> Self {
        let rate = environment
            .parsed("CALLER_REQUESTS_PER_SECOND", "a whole number")
            .unwrap_or(rate);
        Self {
            requests_per_second: NonZeroU32::new(rate),
            ..Self::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rate(text: Option<&str>) -> Option<u32> {
        let values = text.map(|text| ("CALLER_REQUESTS_PER_SECOND".to_owned(), text.to_owned()));
        let limits = Limits::of_production(Environment::new(values)).unwrap();
        limits.requests_per_second.map(NonZeroU32::get)
    }

    #[test]
    fn the_rate_is_generous_unless_told_otherwise_and_nought_is_none() {
        assert_eq!(
            (rate(None), rate(Some("5")), rate(Some("0"))),
            (Some(1_000), Some(5), None)
        );
        let wrong = [("CALLER_REQUESTS_PER_SECOND".to_owned(), "many".to_owned())];
        assert!(Limits::of_production(Environment::new(wrong)).is_err());
    }
}
