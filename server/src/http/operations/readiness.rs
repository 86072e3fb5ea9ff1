//! Readiness: the service is ready when its answers are true and what it records will be seen.
//!
//! It is not ready
//! - while the log cannot be read, or its database takes no writes;
//! - from its start until the read models have folded what the log held then; a lag after that is no reason, or every replica would
//!   be taken away at once when much is recorded: health shows it, and who needs a position waits for it;
//! - while something has waited to be folded for [`STILL`] and no read model moves: nobody folds;
//! - while a read model is ahead of the log, which was restored to an earlier point.
//!
//! A read model that stopped at an event which this version cannot read leaves the service ready. The others go on, and all replicas
//! would be taken away at once; health is down.

use std::{
    fmt,
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use event_store::Position;
use projections::{Model, ReadModels, ShownBuild};

use super::checkup::TIMEOUT;

/// Longer than a process that was cut off keeps the others from folding, and than any pause between two attempts.
pub(super) const STILL: Duration = Duration::from_secs(12);

/// Whether the service is ready, as it finds out when asked.
#[derive(Debug)]
pub(crate) struct Readiness {
    /// Where the log ended when the service started.
    start: Position,
    caught_up: AtomicBool,
}

/// Why the service is not ready.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NotReady {
    /// The database does not answer, or takes no writes.
    Log,
    /// The read models have not folded what was there at the start.
    Behind { wanted: Position },
    /// No projector works.
    Still(Model),
    /// The log was restored to an earlier point.
    AheadOfLog(Model),
}

impl fmt::Display for NotReady {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Log => f.write_str("the log cannot be read, or takes no writes"),
            Self::Behind { wanted } => write!(f, "the read models are not at position {wanted} yet"),
            Self::Still(model) => write!(f, "nobody folds the log: the read model {model} does not move"),
            Self::AheadOfLog(model) => write!(f, "the read model {model} is ahead of the log"),
        }
    }
}

impl Readiness {
    /// For a service whose log ends here when it starts.
    pub(crate) const fn new(start: Position) -> Self {
        Self {
            start,
            caught_up: AtomicBool::new(false),
        }
    }

    /// Reads the live builds and judges them.
    pub(super) async fn ask(&self, models: &ReadModels) -> Result<(), NotReady> {
        match tokio::time::timeout(TIMEOUT, models.shown()).await {
            Ok(Ok(shown)) => self.judge(&shown),
            _ => Err(NotReady::Log),
        }
    }

    /// Judges the live builds.
    pub(super) fn judge(&self, shown: &[ShownBuild]) -> Result<(), NotReady> {
        if let Some(build) = shown.iter().find(|build| build.position > build.head) {
            return Err(NotReady::AheadOfLog(build.model));
        }
        if !self.caught_up.load(Ordering::Relaxed) {
            let folded = |build: &ShownBuild| build.stopped || build.position >= self.start;
            if shown.len() < Model::ALL.len() || !shown.iter().all(folded) {
                return Err(NotReady::Behind { wanted: self.start });
            }
            self.caught_up.store(true, Ordering::Relaxed);
        }
        match shown
            .iter()
            .find(|build| !build.stopped && build.still_for > STILL)
        {
            Some(build) => Err(NotReady::Still(build.model)),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: i64 = 9;

    fn at(position: i64) -> Vec<ShownBuild> {
        let build = |model| ShownBuild {
            model,
            stopped: false,
            position: Position::new(position),
            head: Position::new(HEAD),
            still_for: Duration::ZERO,
        };
        Model::ALL.map(build).to_vec()
    }

    fn started() -> Readiness {
        Readiness::new(Position::new(HEAD))
    }

    #[test]
    fn a_service_is_ready_once_the_head_of_its_start_is_folded_and_stays_so_when_more_comes() {
        let readiness = started();
        let wanted = Position::new(HEAD);
        assert_eq!(readiness.judge(&at(8)), Err(NotReady::Behind { wanted }));
        assert_eq!(readiness.judge(&at(9)), Ok(()));
        assert_eq!(readiness.judge(&at(8)), Ok(()), "behind by what came later");
    }

    #[test]
    fn nothing_is_folded_where_a_model_is_not_known_yet() {
        let shown: Vec<_> = at(9).into_iter().skip(1).collect();
        assert!(started().judge(&shown).is_err());
    }

    #[test]
    fn a_model_that_nobody_moves_is_a_reason_and_one_that_stopped_is_none() {
        let readiness = started();
        assert_eq!(readiness.judge(&at(9)), Ok(()));
        let mut shown = at(8);
        shown[0].still_for = STILL + Duration::from_secs(1);
        assert_eq!(readiness.judge(&shown), Err(NotReady::Still(shown[0].model)));
        shown[0].stopped = true;
        assert_eq!(readiness.judge(&shown), Ok(()));
        assert_eq!(
            started().judge(&[shown[0].clone(), at(9)[1].clone(), at(9)[2].clone()]),
            Ok(())
        );
    }

    #[test]
    fn a_model_ahead_of_the_log_is_a_reason() {
        let shown = at(10);
        assert_eq!(started().judge(&shown), Err(NotReady::AheadOfLog(shown[0].model)));
    }
}
