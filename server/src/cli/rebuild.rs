//! Rebuilding read models, with progress.

use event_store::PostgresLog;
use projections::{Model, RebuildError, RebuildOptions, RebuildPhase, RebuildProgress, RebuildReport};

use crate::{exit::Failure, output::output, progress::ProgressReporter};

/// How many threads decode and fold, beside the one that reads.
const WORKERS: usize = 2;

/// Rebuilds these read models from the log; all when none is named.
pub(crate) async fn rebuild(
    log: &PostgresLog,
    models: &[Model],
    keep_previous: bool,
) -> Result<RebuildReport, Failure> {
    let progress = ProgressReporter::begin();
    let options = RebuildOptions {
        models: if models.is_empty() { &Model::ALL } else { models },
        keep_previous,
        workers: WORKERS,
        progress: &|RebuildProgress { phase, done, total }| progress.at(name_of(phase), done, total),
    };
    let rebuilt = projections::rebuild(log, options).await;
    progress.end();
    Ok(rebuilt?)
}

const fn name_of(phase: RebuildPhase) -> &'static str {
    match phase {
        RebuildPhase::Folding => "folding events",
        RebuildPhase::Writing => "writing rows",
        RebuildPhase::CatchingUp => "catching up",
        RebuildPhase::Switching => "switching",
    }
}

/// Prints the result of a rebuild.
pub(crate) fn report(report: &RebuildReport) -> Result<(), Failure> {
    output!(
        "Rebuilt from {} events, up to position {}, in {:.1} s:",
        report.events,
        report.position,
        report.elapsed.as_secs_f64()
    )?;
    for (model, build, rows) in &report.builds {
        output!("  {model}: build {build}, {rows} rows")?;
    }
    Ok(())
}

impl From<RebuildError> for Failure {
    fn from(error: RebuildError) -> Self {
        match error {
            RebuildError::NoSuchBuild { .. } => Self::not_so(error),
            _ => Self::dependency(error),
        }
    }
}
