//! The positions that the shown builds have reached, as this process knows them.

use std::sync::atomic::{AtomicBool, Ordering};

use event_store::Position;
use tokio::sync::{Mutex, MutexGuard, watch};

use crate::{
    BuildStatus, Model,
    engine::{checkpoints::ModelStatus, row::Row},
    models::for_model,
};

/// The position that one model has reached.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Reached {
    pub(crate) position: Position,
    pub(crate) stopped: bool,
}

impl Reached {
    /// Whether requests that wait for all models wait for this one. A stopped model delays nobody, unless
    /// messages to other services wait for it.
    pub(crate) fn holds_up(self, model: Model) -> bool {
        !self.stopped || for_model!(model, R => R::GATES_MESSAGES)
    }
}

/// The positions of all models, watched by requests that wait for one.
#[derive(Debug)]
pub(crate) struct PositionTracker {
    models: watch::Sender<[Reached; Model::ALL.len()]>,
    all: watch::Sender<Position>,
    folds_here: AtomicBool,
    looking: Mutex<()>,
}

impl PositionTracker {
    pub(crate) fn new() -> Self {
        Self {
            models: watch::Sender::default(),
            all: watch::Sender::default(),
            folds_here: AtomicBool::new(false),
            looking: Mutex::new(()),
        }
    }

    /// Whether this process folds: then it needs no database to know the positions.
    pub(crate) fn folds_here(&self) -> bool {
        self.folds_here.load(Ordering::Relaxed)
    }

    pub(crate) fn set_folds_here(&self, folds_here: bool) {
        self.folds_here.store(folds_here, Ordering::Relaxed);
    }

    /// The right to read the positions from the database; one of all waiting requests does it for the others.
    pub(crate) fn look(&self) -> Option<MutexGuard<'_, ()>> {
        self.looking.try_lock().ok()
    }

    /// The position that every model has passed, apart from stopped ones that [`Reached::holds_up`] leaves out.
    pub(crate) fn position(&self) -> Position {
        *self.all.borrow()
    }

    pub(crate) fn positions(&self) -> watch::Receiver<Position> {
        self.all.subscribe()
    }

    pub(crate) fn of(&self, model: Model) -> Reached {
        let models = self.models.borrow();
        models
            .iter()
            .zip(Model::ALL)
            .find(|(_, m)| *m == model)
            .map(|(reached, _)| *reached)
            .unwrap_or_default()
    }

    pub(crate) fn watch(&self) -> watch::Receiver<[Reached; Model::ALL.len()]> {
        self.models.subscribe()
    }

    /// Records the newest positions; they never run backwards here.
    pub(crate) fn note(&self, news: impl IntoIterator<Item = (Model, Reached)>) {
        let news: Vec<_> = news.into_iter().collect();
        self.models.send_if_modified(|models| {
            let before = *models;
            for (known, model) in models.iter_mut().zip(Model::ALL) {
                if let Some((_, new)) = news.iter().find(|(m, _)| *m == model) {
                    known.position = known.position.max(new.position);
                    known.stopped = new.stopped;
                }
            }
            *models != before
        });
        let all = overall(&self.models.borrow());
        self.all.send_if_modified(|known| {
            let moved = all > *known;
            *known = all.max(*known);
            moved
        });
    }

    /// Sets the gauge of each model's lag behind this head, a stopped one's too.
    pub(crate) fn measure(&self, head: Position) {
        for (reached, model) in self.models.borrow().iter().zip(Model::ALL) {
            let behind = head.get().saturating_sub(reached.position.get()).max(0);
            metrics::gauge!("read_model_behind_events", "model" => model.name())
                .set(i32::try_from(behind).unwrap_or(i32::MAX));
        }
    }

    pub(crate) fn note_status(&self, builds: &[ModelStatus]) {
        let shown = builds.iter().filter(|build| build.status.is_shown());
        self.note(shown.map(|build| {
            let stopped = build.status == BuildStatus::Stopped;
            (
                build.model,
                Reached {
                    position: build.position,
                    stopped,
                },
            )
        }));
    }
}

fn overall(models: &[Reached; Model::ALL.len()]) -> Position {
    let counts = models
        .iter()
        .zip(Model::ALL)
        .filter(|(reached, model)| reached.holds_up(*model));
    counts
        .map(|(reached, _)| reached.position)
        .min()
        .unwrap_or_default()
}
