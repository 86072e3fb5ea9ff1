//! What `/health` asks.

use std::sync::Arc;

use event_store::{Log, PostgresLog};
use futures::FutureExt;
use messaging::aws::{Clients, queue_health, topic_health};

use super::checkup::{Check, Checkup, Component};
use crate::config::Configuration;

/// The components that the service depends on, by the names that dashboards know.
pub(crate) fn of_service(
    configuration: &Configuration,
    http: &reqwest::Client,
    log: &Arc<PostgresLog>,
    clients: &Clients,
) -> Checkup {
    let peers = [
        ("hmppsAuth", &configuration.auth_url),
        ("prisonerSearchApi", &configuration.prisoner_search_url),
        ("nomisUserRolesApi", &configuration.nomis_user_roles_url),
    ];
    let mut checks: Vec<(String, Check)> = peers
        .into_iter()
        .map(|(name, url)| (name.to_owned(), peer(http.clone(), url.clone())))
        .collect();
    checks.push(("db".to_owned(), database(log.clone())));
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
            match log.head().await {
                Ok(head) => Component::new(true, [("position".to_owned(), head.to_string())]),
                Err(error) => {
                    // What the database says is for operators; health is for everybody.
                    tracing::warn!(%error, "the database does not answer");
                    Component::new(false, [("error".to_owned(), "no answer".to_owned())])
                }
            }
        }
        .boxed()
    })
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
