//! The process managers of the service, and the read models that answer them.

use std::time::Duration;

use async_trait::async_trait;
use commands::{
    CommandBus,
    ports::FactUnavailable,
    processes::{Answer, FactSource, ProcessOptions, Processes, ProcessesHandle, Question},
};
use event_store::{Position, PostgresLog};
use projections::{Model, ReadModelError, ReadModels};

/// How long an answer waits for the read model.
const TIMEOUT: Duration = Duration::from_secs(10);

/// Starts the process managers, each as soon as no other replica runs it.
pub(crate) fn start(bus: &CommandBus, log: &PostgresLog, models: &ReadModels) -> ProcessesHandle {
    let facts = std::sync::Arc::new(FromReadModels(models.clone()));
    Processes::start(ProcessOptions::new(bus.clone(), log.clone(), facts))
}

/// Answers from the read models.
struct FromReadModels(ReadModels);

#[async_trait]
impl FactSource for FromReadModels {
    async fn answer(&self, question: Question, at_least: Position) -> Result<Answer, FactUnavailable> {
        let Question::CasesOf(pom) = question;
        let cases = async {
            self.0.reached_by(Model::Cases, at_least, TIMEOUT).await?;
            self.0.cases_of(pom.prison, pom.staff).await
        };
        cases.await.map(Answer::Cases).map_err(|error| lagging(&error))
    }
}

fn lagging(error: &ReadModelError) -> FactUnavailable {
    tracing::debug!(%error, "a process was not answered");
    FactUnavailable {
        what: "the cases of a POM",
        from: "the read model",
    }
}
