//! A realistic estate, made the way everything is made: by sending commands through the bus.

mod bus;
mod life;
mod plan;
mod staff;
mod with_progress;

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use commands::{CommandBus, CommandError};
use domain::london_date;
use event_store::{Log, Position, ReadError, RecordedEvent};
use futures::{StreamExt, TryStreamExt, stream};
use simulator::population::Population;

pub use bus::bus;
pub use plan::SeedPlan;
pub(crate) use with_progress::seed_with_progress;

/// How many prisoners are seeded at once: enough to fill the log's group commits.
const AT_ONCE: usize = 192;

/// The estate could not be made.
#[derive(Debug, thiserror::Error)]
pub enum SeedError {
    /// There is something else in the log.
    #[error(
        "the log already holds other data: seed into an empty data folder, or go on with an interrupted seeding \
         by its figures and the --until that it was begun with"
    )]
    OtherData,
    /// The log cannot be read.
    #[error(transparent)]
    Log(#[from] ReadError),
    /// A command was not done.
    #[error("the history of {who} could not be told: {source}")]
    Command {
        /// Whose.
        who: String,
        /// Why.
        source: CommandError,
    },
}

/// What was made.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Seeded {
    /// Prisons.
    pub prisons: usize,
    /// POMs.
    pub poms: usize,
    /// Prisoners.
    pub prisoners: usize,
    /// Commands sent.
    pub commands: u64,
}

/// Makes the estate of a plan. The same plan again goes on where it was interrupted: each command has an id that only
/// depends on the plan, so none is done twice. `progress` is called with the number of prisoners that are done.
///
/// Nothing is published, because the history is invented. Its messages count in the sequence of each prisoner.
///
/// # Errors
/// When the log holds something else, or a command is not done.
pub async fn seed(log: Arc<dyn Log>, plan: &SeedPlan, progress: impl Fn(u64)) -> Result<Seeded, SeedError> {
    let bus = &bus(log, None);
    refuse_other_data(bus, plan).await?;
    let population = plan.population();
    let commands = AtomicU64::new(0);
    let poms = staff::onboard(bus, plan, &population, &commands).await?;
    record_lives(bus, plan, &population, &commands, progress).await?;
    staff::set_positions(bus, plan, &population, &commands).await?;
    Ok(Seeded {
        prisons: population.prisons().len(),
        poms,
        prisoners: population.len(),
        commands: commands.load(Ordering::Relaxed),
    })
}

async fn record_lives(
    bus: &CommandBus,
    plan: &SeedPlan,
    population: &Arc<Population>,
    commands: &AtomicU64,
    progress: impl Fn(u64),
) -> Result<(), SeedError> {
    let done = AtomicU64::new(0);
    stream::iter(population.prisoners())
        .map(Ok::<_, SeedError>)
        .try_for_each_concurrent(AT_ONCE, |prisoner| {
            let (done, progress) = (&done, &progress);
            async move {
                let sent = life::record(bus, plan, population, &prisoner).await?;
                commands.fetch_add(sent, Ordering::Relaxed);
                progress(done.fetch_add(1, Ordering::Relaxed).saturating_add(1));
                Ok(())
            }
        })
        .await
}

/// An estate goes into an empty log, or on top of an interrupted run of the same plan.
async fn refuse_other_data(bus: &CommandBus, plan: &SeedPlan) -> Result<(), SeedError> {
    match first_event(&**bus.log()).await? {
        Some(event) if !plan.began_with(&event) => Err(SeedError::OtherData),
        _ => Ok(()),
    }
}

/// The same plan with the last day of the seeding that this log begins with, if that was one of this plan for which no day
/// was given: then it is the day on which it was begun, or the one before, should midnight have come between.
///
/// # Errors
/// When the log cannot be read.
pub async fn begun(log: &dyn Log, plan: SeedPlan) -> Result<Option<SeedPlan>, SeedError> {
    let Some(first) = first_event(log).await? else {
        return Ok(None);
    };
    let day = london_date(first.recorded_at);
    let mut begun = [Some(day), day.pred_opt()]
        .into_iter()
        .flatten()
        .map(|until| SeedPlan { until, ..plan });
    Ok(begun.find(|plan| plan.began_with(&first)))
}

async fn first_event(log: &dyn Log) -> Result<Option<RecordedEvent>, ReadError> {
    Ok(log.read_after(Position::START, 1).await?.into_iter().next())
}

/// Sends commands of one subject in order, each with the id that the plan gives it.
async fn in_order<T>(
    items: impl IntoIterator<Item = T>,
    mut send: impl AsyncFnMut(u64, T) -> Result<(), SeedError>,
) -> Result<u64, SeedError> {
    let mut done = 0_u64;
    for item in items {
        send(done, item).await?;
        done = done.saturating_add(1);
    }
    Ok(done)
}
