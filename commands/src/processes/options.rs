//! What processes run with.

use std::{sync::Arc, time::Duration};

use event_store::{PostgresLog, follow::Clock};

use super::FactSource;
use crate::bus::CommandBus;

/// What processes run with.
#[derive(Clone)]
pub struct ProcessOptions {
    /// Where commands go.
    pub bus: CommandBus,
    /// The log that is followed.
    pub log: PostgresLog,
    /// Who answers.
    pub facts: Arc<dyn FactSource>,
    /// The clock of due dates.
    pub clock: Clock,
    /// How long a process stays with a replica that says nothing.
    pub lease: Duration,
    /// How long a task may take.
    pub timeout: Duration,
    /// How often the head is compared with the checkpoint.
    pub poll: Duration,
    /// How often due dates are looked for, and another replica looks whether it is needed.
    pub look: Duration,
    /// How many keys of one process are worked on at once.
    pub concurrency: usize,
}

impl ProcessOptions {
    /// The options of production.
    #[must_use]
    pub fn new(bus: CommandBus, log: PostgresLog, facts: Arc<dyn FactSource>) -> Self {
        Self {
            bus,
            log,
            facts,
            clock: Clock::of_database(),
            lease: Duration::from_secs(30),
            timeout: Duration::from_secs(25),
            poll: Duration::from_millis(200),
            look: Duration::from_secs(1),
            concurrency: 4,
        }
    }
}
