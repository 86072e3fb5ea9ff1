//! The runner: follows the log for each process on one replica at a time, and does the tasks that are due.

use std::{collections::HashMap, sync::Arc};

use event_store::{
    Position,
    follow::{FollowError, Follower, Lead, Task},
};
use tokio::{
    task::{Id, JoinError, JoinHandle, JoinSet},
    time::{Instant, sleep},
};
use tokio_util::sync::CancellationToken;

use super::{PROCESSES, Process, error::Remedy, gauges, options::ProcessOptions, reaction};

/// The process managers.
pub struct Processes;

/// Running process managers.
#[derive(Debug)]
pub struct ProcessesHandle {
    stop: CancellationToken,
    tasks: Vec<JoinHandle<()>>,
}

impl Processes {
    /// Starts every process, each as soon as no other replica runs it.
    #[must_use]
    pub fn start(options: ProcessOptions) -> ProcessesHandle {
        Self::start_these(options, PROCESSES)
    }

    /// Starts these processes.
    #[must_use]
    pub fn start_these(
        options: ProcessOptions,
        processes: &'static [&'static dyn Process],
    ) -> ProcessesHandle {
        let stop = CancellationToken::new();
        let options = Arc::new(options);
        let gauges = gauges::keep(options.log.clone(), processes, stop.clone());
        let mut tasks = vec![tokio::spawn(gauges)];
        for process in processes {
            tasks.push(tokio::spawn(run(Arc::clone(&options), *process, stop.clone())));
        }
        ProcessesHandle { stop, tasks }
    }
}

impl ProcessesHandle {
    /// Stops: nothing more is begun, what is under way is finished, and the leases are given up.
    pub async fn stop(mut self) {
        self.stop.cancel();
        for task in std::mem::take(&mut self.tasks) {
            if let Err(error) = task.await {
                tracing::error!(%error, "a process ended badly; its open tasks are done when it starts again");
            }
        }
    }
}

/// Whatever is under way ends with the handle, as in a crash.
impl Drop for ProcessesHandle {
    fn drop(&mut self) {
        self.tasks.iter().for_each(JoinHandle::abort);
    }
}

/// Takes the lease whenever it is free, and works until interrupted.
async fn run(options: Arc<ProcessOptions>, process: &'static dyn Process, stop: CancellationToken) {
    let follower = Follower::new(
        options.log.clone(),
        process.name(),
        process.event_types(),
        options.clock.clone(),
    );
    while !stop.is_cancelled() {
        if let Err(error) = follow(&options, process, &follower, &stop).await {
            tracing::warn!(process = process.name(), %error, "a process was interrupted and begins again");
        }
        tokio::select! {
            () = stop.cancelled() => {}
            () = sleep(options.look) => {}
        }
    }
}

async fn follow(
    options: &Arc<ProcessOptions>,
    process: &'static dyn Process,
    follower: &Follower,
    stop: &CancellationToken,
) -> Result<(), FollowError> {
    let taken_at = Instant::now();
    let Some(lead) = follower.lead(options.lease).await? else {
        return Ok(());
    };
    let mut session = Session {
        options: Arc::clone(options),
        process,
        lead: Arc::new(lead),
        renewed_at: taken_at,
        passed: Position::START,
        looked_at: None,
        under_way: JoinSet::new(),
        keys: HashMap::new(),
    };
    let worked = session.work(stop).await;
    session.lead.release().await;
    worked
}

/// One term as the replica that follows.
struct Session {
    options: Arc<ProcessOptions>,
    process: &'static dyn Process,
    lead: Arc<Lead>,
    renewed_at: Instant,
    passed: Position,
    looked_at: Option<Instant>,
    under_way: JoinSet<Result<(), FollowError>>,
    /// The keys that are worked on.
    keys: HashMap<Id, String>,
}

type Joined = Option<Result<(Id, Result<(), FollowError>), JoinError>>;

impl Session {
    async fn work(&mut self, stop: &CancellationToken) -> Result<(), FollowError> {
        let head = self.options.log.subscribe();
        while !stop.is_cancelled() {
            self.renew().await?;
            let before = self.passed;
            if *head.borrow() > self.passed {
                self.advance().await?;
            }
            self.take_up().await?;
            if self.passed > before && *head.borrow() > self.passed {
                continue;
            }
            tokio::select! {
                () = stop.cancelled() => {}
                joined = self.under_way.join_next_with_id(), if !self.under_way.is_empty() => self.finish(joined)?,
                () = sleep(self.options.poll) => {}
            }
        }
        while let Some(joined) = self.under_way.join_next_with_id().await {
            self.finish(Some(joined))?;
        }
        Ok(())
    }

    /// Once a third of the term is over, holds the lease for another.
    async fn renew(&mut self) -> Result<(), FollowError> {
        let length = self.options.lease;
        if self.renewed_at.elapsed().saturating_mul(3) >= length {
            let asked_at = Instant::now();
            self.lead.renew(length).await?;
            self.renewed_at = asked_at;
        }
        Ok(())
    }

    async fn advance(&mut self) -> Result<(), FollowError> {
        let advanced = self.lead.advance().await?;
        self.passed = advanced.position;
        if advanced.tasks > 0 {
            self.looked_at = None;
        }
        Ok(())
    }

    /// Begins tasks that are due, as many as there is room for.
    async fn take_up(&mut self) -> Result<(), FollowError> {
        let rests = self.looked_at.is_some_and(|at| at.elapsed() < self.options.look);
        let room = self.options.concurrency.saturating_sub(self.under_way.len());
        if rests || room == 0 {
            return Ok(());
        }
        self.looked_at = Some(Instant::now());
        let busy: Vec<String> = self.keys.values().cloned().collect();
        for task in self.lead.due(room, &busy).await? {
            let key = task.key.clone();
            let work = do_task(
                Arc::clone(&self.options),
                self.process,
                Arc::clone(&self.lead),
                task,
            );
            let begun = self.under_way.spawn(work);
            self.keys.insert(begun.id(), key);
        }
        Ok(())
    }

    /// A task has ended: its key may have another one.
    fn finish(&mut self, joined: Joined) -> Result<(), FollowError> {
        self.looked_at = None;
        match joined {
            Some(Ok((id, ended))) => {
                self.keys.remove(&id);
                ended
            }
            Some(Err(error)) => {
                tracing::error!(process = self.process.name(), %error, "a task ended badly; it is done once more");
                self.keys.remove(&error.id());
                Ok(())
            }
            None => Ok(()),
        }
    }
}

/// Does a task, and writes down what became of it.
async fn do_task(
    options: Arc<ProcessOptions>,
    process: &'static dyn Process,
    lead: Arc<Lead>,
    task: Task,
) -> Result<(), FollowError> {
    let (name, key, cause) = (process.name(), &task.key, task.cause.position);
    let counted = |result: &'static str| {
        metrics::counter!("process_reactions_total", "process" => name, "result" => result).increment(1);
    };
    let error = match reaction::perform(&options, process, &task).await {
        Ok(wakes) => {
            lead.settle(&task, &wakes).await?;
            counted("done");
            return Ok(());
        }
        Err(error) => error,
    };
    let why = error.to_string();
    match error.remedy(task.attempts, task.failures) {
        Remedy::Park => {
            tracing::error!(process = name, key, %cause, why, "a task cannot be done and is parked");
            lead.park(&task, &why).await?;
            counted("parked");
        }
        Remedy::Defer { wait, own_fault } => {
            tracing::warn!(process = name, key, %cause, why, ?wait, "a task cannot be done now and is tried again");
            lead.defer(&task, wait, own_fault, &why).await?;
            counted("deferred");
        }
    }
    Ok(())
}
