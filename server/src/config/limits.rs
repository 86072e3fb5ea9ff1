//! How much one caller may ask, how much may be held at once, and how long anything may take.

use std::{
    num::{NonZeroU16, NonZeroU32},
    time::Duration,
};

use graphql::budget::BudgetOptions;

use super::{ConfigurationError, Environment};

/// What callers may ask of one replica when the environment says nothing in production: far more than a busy user interface, and
/// less than what would starve the others.
const PRODUCTION: BudgetOptions = BudgetOptions {
    cost_per_second: NonZeroU32::new(250_000),
    requests_per_second: NonZeroU32::new(1_000),
    caller_requests: 8,
    caller_reads: CALLER_READS,
    requests: REQUESTS,
};

/// And locally and in tests: as much as anybody can ask for, but never all connections to the database.
pub(super) const LOCAL: BudgetOptions = BudgetOptions {
    cost_per_second: NonZeroU32::new(10_000_000),
    requests_per_second: None,
    caller_requests: REQUESTS,
    caller_reads: CALLER_READS,
    requests: REQUESTS,
};

/// A small part of the connections to the database, and of the processors of a small machine.
const CALLER_READS: usize = 2;

/// Requests at work in the whole service.
const REQUESTS: usize = 256;

const KIB: usize = 1024;
const MIB: usize = 1024 * KIB;

/// How much of one thing may be held at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bound {
    /// By each caller.
    pub each: usize,
    /// By all.
    pub all: usize,
}

/// Limits that keep one caller from taking what belongs to all.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// What callers may spend, and have at work.
    pub budget: BudgetOptions,
    /// Connections open at once. There is no bound for each peer: behind a proxy all of them have the proxy's address.
    pub connections: usize,
    /// How long a new connection may take over the head of its first request.
    pub first_request: Duration,
    /// How long a connection may take over the head of its next request, and lie idle before it.
    pub silence: Duration,
    /// How long a peer may take nothing of what it is sent.
    pub unread: Duration,
    /// How long the body of a request may take to arrive; with its largest size this is its slowest pace.
    pub body: Duration,
    /// Bytes of bodies that are being read.
    pub body_bytes: Bound,
    /// How long a GraphQL query or mutation may take.
    pub answer: Duration,
    /// Sockets open at once.
    pub sockets: Bound,
    /// How long a socket may stay open before its first message says who it is.
    pub introduction: Duration,
    /// How often a socket is pinged; a peer that answered nothing by the next time is gone.
    pub ping: Duration,
    /// How long ago a caller's caseloads may have been asked for, on a connection that lasts too.
    pub standing: Duration,
    /// How many operations one socket may have at a time.
    pub subscriptions: usize,
    /// Operations over sockets and streams of server-sent events at once.
    pub streams: Bound,
}

/// For the local profile and tests.
impl Default for Limits {
    fn default() -> Self {
        Self {
            budget: LOCAL,
            connections: 4_000,
            first_request: Duration::from_secs(10),
            // Longer than proxies keep connections for later, or they would send requests into closed ones.
            silence: Duration::from_secs(75),
            unread: Duration::from_secs(30),
            body: Duration::from_secs(10),
            body_bytes: Bound {
                each: MIB,
                all: 16 * MIB,
            },
            answer: Duration::from_secs(20),
            sockets: Bound {
                each: 100,
                all: 1_000,
            },
            introduction: Duration::from_secs(10),
            // Well below the minute after which proxies cut a connection on which nothing moves.
            ping: Duration::from_secs(25),
            standing: Duration::from_mins(1),
            subscriptions: 50,
            streams: Bound {
                each: 100,
                all: 1_000,
            },
        }
    }
}

impl Limits {
    /// The limits of production.
    ///
    /// # Errors
    /// When a setting is malformed.
    pub fn of_production(mut environment: Environment) -> Result<Self, ConfigurationError> {
        let limits = Self::read(&mut environment, PRODUCTION);
        environment.settle(limits)
    }

    /// How often caseloads are asked for: what is remembered of them may be so old when a connection begins, and again when
    /// it asks next.
    #[must_use]
    pub fn renewed_every(&self) -> Duration {
        self.standing.checked_div(2).unwrap_or_default()
    }

    /// The limits in an environment, with these budgets where it does not say others.
    pub(super) fn read(environment: &mut Environment, otherwise: BudgetOptions) -> Self {
        let default = Self::default();
        let mut rate = |name, otherwise: Option<NonZeroU32>| match environment.parsed(name, "a whole number")
        {
            Some(rate) => NonZeroU32::new(rate),
            None => otherwise,
        };
        let cost_per_second = rate("CALLER_COST_PER_SECOND", otherwise.cost_per_second);
        let requests_per_second = rate("CALLER_REQUESTS_PER_SECOND", otherwise.requests_per_second);
        let mut places = |name, otherwise| {
            let set: Option<NonZeroU16> = environment.parsed(name, "a whole number from 1 to 65535");
            set.map_or(otherwise, |set| usize::from(set.get()))
        };
        let budget = BudgetOptions {
            cost_per_second,
            requests_per_second,
            caller_requests: places("CALLER_REQUESTS_AT_WORK", otherwise.caller_requests),
            caller_reads: places("CALLER_READS_AT_WORK", otherwise.caller_reads),
            requests: places("REQUESTS_AT_WORK", otherwise.requests),
        };
        let mut count = |name, default| environment.parsed(name, "a whole number").unwrap_or(default);
        Self {
            budget,
            connections: count("MAX_CONNECTIONS", default.connections),
            streams: Bound {
                each: count("CALLER_MAX_STREAMS", default.streams.each),
                all: count("MAX_STREAMS", default.streams.all),
            },
            ..default
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(name: &str, value: &str) -> Result<BudgetOptions, ConfigurationError> {
        let environment = Environment::new([(name.to_owned(), value.to_owned())]);
        Limits::of_production(environment).map(|limits| limits.budget)
    }

    #[test]
    fn budgets_are_generous_unless_set_otherwise_and_a_rate_of_nought_is_none() {
        let unset = Limits::of_production(Environment::default()).unwrap().budget;
        assert_eq!(unset.cost_per_second.map(NonZeroU32::get), Some(250_000));
        assert_eq!(unset.requests_per_second.map(NonZeroU32::get), Some(1_000));
        let cost = |value| set("CALLER_COST_PER_SECOND", value).unwrap().cost_per_second;
        assert_eq!((cost("5"), cost("0")), (NonZeroU32::new(5), None));
        let requests = set("CALLER_REQUESTS_PER_SECOND", "7").unwrap();
        assert_eq!(requests.requests_per_second, NonZeroU32::new(7));
    }

    #[test]
    fn places_at_work_are_set_one_by_one_and_never_none() {
        assert_eq!(set("CALLER_REQUESTS_AT_WORK", "3").unwrap().caller_requests, 3);
        assert_eq!(set("CALLER_READS_AT_WORK", "3").unwrap().caller_reads, 3);
        assert_eq!(set("REQUESTS_AT_WORK", "3").unwrap().requests, 3);
        for wrong in ["0", "many", "-1"] {
            let told = set("REQUESTS_AT_WORK", wrong).unwrap_err().to_string();
            assert!(
                told.contains("REQUESTS_AT_WORK must be a whole number from 1"),
                "{told}"
            );
        }
    }

    #[test]
    fn what_may_be_held_at_once_is_set_by_the_environment() {
        let set = |name: &str, value: &str| {
            Limits::of_production(Environment::new([(name.to_owned(), value.to_owned())]))
        };
        let default = Limits::default();
        assert_eq!(set("MAX_CONNECTIONS", "7").unwrap().connections, 7);
        let all = set("MAX_STREAMS", "7").unwrap().streams;
        assert_eq!((all.each, all.all), (default.streams.each, 7));
        assert_eq!(set("CALLER_MAX_STREAMS", "7").unwrap().streams.each, 7);
        let told = set("MAX_STREAMS", "-1").unwrap_err().to_string();
        assert!(told.contains("MAX_STREAMS must be a whole number"), "{told}");
    }
}
