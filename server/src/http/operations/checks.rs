//! What `/health` asks.

use std::sync::Arc;

use event_store::{DatabaseStatus, PostgresLog};
use futures::FutureExt;
use hmpps::UPSTREAMS;
use messaging::aws::{Clients, queue_health, topic_health};
use projections::{ReadModels, ShownBuild};

use super::{
    checkup::{Check, Checkup, Component, wrong},
    messages,
    readiness::Readiness,
};
use crate::config::Configuration;

/// The components that the service depends on, by the names that dashboards know.
pub(crate) fn of_service(
    configuration: &Configuration,
    http: &reqwest::Client,
    log: &Arc<PostgresLog>,
    models: &ReadModels,
    readiness: &Arc<Readiness>,
    clients: &Clients,
) -> Checkup {
    let pinged = UPSTREAMS
        .iter()
        .filter_map(|row| Some((row, configuration.upstreams.address(row)?)));
    let mut checks: Vec<(String, Check)> = pinged
        .map(|(row, url)| (row.health.to_owned(), peer(http.clone(), url.to_owned())))
        .collect();
    checks.push(("db".to_owned(), database(log.clone())));
    checks.push((
        "readModels".to_owned(),
        folding(models.clone(), readiness.clone()),
    ));
    checks.push((
        "relay".to_owned(),
        messages::relay(log.pool().clone(), configuration.publish),
    ));
    checks.push(("domainevents-health".to_owned(), queue(clients, configuration)));
    checks.push((
        "domaineventstopic-health".to_owned(),
        topic(clients, configuration),
    ));
    Checkup::new(checks)
}

fn peer(http: reqwest::Client, url: String) -> Check {
    Box::new(move || {
        let (http, url) = (http.clone(), url.clone());
        async move {
            let ping = hmpps::ping(&http, &url).await;
            Component::new(ping.up, [("HttpStatus".to_owned(), ping.detail)])
        }
        .boxed()
    })
}

fn database(log: Arc<PostgresLog>) -> Check {
    Box::new(move || {
        let log = log.clone();
        async move {
            match log.status().await {
                DatabaseStatus::Writable(head) => {
                    Component::new(true, [("position".to_owned(), head.to_string())])
                }
                DatabaseStatus::ReadOnly => wrong("takes no writes: it is read-only, or a standby"),
                DatabaseStatus::Unreachable(why) => {
                    // What the database says is for operators; health is for everybody.
                    tracing::warn!(%why, "the database does not answer");
                    wrong("no answer")
                }
            }
        }
        .boxed()
    })
}

/// The read models: up when they are what readiness asks for, and none has stopped.
fn folding(models: ReadModels, readiness: Arc<Readiness>) -> Check {
    Box::new(move || {
        let (models, readiness) = (models.clone(), readiness.clone());
        async move {
            let Ok(shown) = models.shown().await else {
                return wrong("no answer");
            };
            let judged = readiness.judge(&shown);
            let up = judged.is_ok() && !shown.iter().any(|build| build.stopped);
            let reason = judged
                .err()
                .map(|reason| ("reason".to_owned(), reason.to_string()));
            let builds = shown
                .iter()
                .map(|build| (build.model.to_string(), state_of(build)));
            Component::new(up, builds.chain(reason))
        }
        .boxed()
    })
}

fn state_of(build: &ShownBuild) -> String {
    let behind = build.head.get().saturating_sub(build.position.get());
    if build.stopped {
        format!("stopped at position {}", build.position)
    } else {
        format!("at position {}, {behind} behind", build.position)
    }
}

fn queue(clients: &Clients, configuration: &Configuration) -> Check {
    let (sqs, name) = (clients.sqs.clone(), configuration.aws.inbound_queue.clone());
    Box::new(move || {
        let (sqs, name) = (sqs.clone(), name.clone());
        async move {
            let health = queue_health(&sqs, &name).await;
            Component::new(health.up, health.details)
        }
        .boxed()
    })
}

fn topic(clients: &Clients, configuration: &Configuration) -> Check {
    let (sns, arn) = (clients.sns.clone(), configuration.aws.topic_arn.clone());
    Box::new(move || {
        let (sns, arn) = (sns.clone(), arn.clone());
        async move {
            let health = topic_health(&sns, &arn).await;
            Component::new(health.up, health.details)
        }
        .boxed()
    })
}
