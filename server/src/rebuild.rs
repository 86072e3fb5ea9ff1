//! Building read models anew, with a progress bar.

use event_store::PostgresLog;
use indicatif::{ProgressBar, ProgressStyle};
use projections::{Model, RebuildOptions, RebuildProgress};

use crate::exit::Failure;

/// How many threads decode and fold, beside the one that reads.
const WORKERS: usize = 2;

/// Builds all read models anew from the log.
pub(crate) async fn all(log: &PostgresLog) -> Result<(), Failure> {
    of(log, &Model::ALL).await
}

/// Builds these read models anew; all when none is named.
pub(crate) async fn named(log: &PostgresLog, names: &[String]) -> Result<(), Failure> {
    if names.is_empty() {
        return all(log).await;
    }
    let models: Result<Vec<Model>, _> = names.iter().map(|name| name.parse()).collect();
    of(log, &models.map_err(Failure::usage)?).await
}

async fn of(log: &PostgresLog, models: &[Model]) -> Result<(), Failure> {
    let bar = ProgressBar::new(0);
    if let Ok(style) = ProgressStyle::with_template("{msg} {bar:40} {pos}/{len}") {
        bar.set_style(style);
    }
    let progress = |RebuildProgress { phase, done, total }: RebuildProgress| {
        bar.set_message(format!("{phase:?}"));
        bar.set_length(total);
        bar.set_position(done);
    };
    let options = RebuildOptions {
        models,
        keep_previous: false,
        workers: WORKERS,
        progress: &progress,
    };
    let report = projections::rebuild(log, options)
        .await
        .map_err(Failure::dependency)?;
    bar.finish_and_clear();
    println!(
        "Rebuilt from {} events, up to position {}, in {:.1} s:",
        report.events,
        report.position,
        report.elapsed.as_secs_f64()
    );
    for (model, build, rows) in report.builds {
        println!("  {model}: build {build}, {rows} rows");
    }
    Ok(())
}
