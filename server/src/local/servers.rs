//! The servers around the local profile: Postgres, SNS and SQS, and the simulated HMPPS services.

use std::{
    net::{Ipv4Addr, SocketAddr},
    time::Duration,
};

use anyhow::{Context, Result};
use event_store::MasterKey;
use messaging::aws::{
    AwsSettings, Clients,
    topology::{self, LocalTopology, Names},
};
use simulator::upstreams::{CLIENT_ID, CLIENT_SECRET, Simulator, SimulatorOptions};
use tokio::time::interval;
use workbench::messaging::{LocalAws, LocalAwsOptions};

use super::{DataFolder, manifest::LocalAwsManifest};
use crate::{
    config::{Aws, Build, Configuration, Environment, LocalSettings},
    database::Database,
    seed::SeedPlan,
};

/// How often it is looked whether the servers still run.
const POLL_INTERVAL: Duration = Duration::from_millis(500);

/// Everything around the service, running.
pub struct LocalServers {
    /// The database.
    pub database: Database,
    /// The key that wraps the keys of personal data.
    pub personal_data_key: MasterKey,
    /// SNS and SQS.
    pub aws: LocalAws,
    /// Topic and queues in them.
    pub topology: LocalTopology,
    /// The upstream services.
    pub simulator: Simulator,
}

impl LocalServers {
    /// Starts everything that the service needs, on this folder's data.
    ///
    /// # Errors
    /// When something can neither be found nor installed, or does not start.
    pub async fn start(folder: &DataFolder, plan: &SeedPlan) -> Result<Self> {
        let database = Database::of_service(folder).await?;
        let aws = LocalAws::start(LocalAwsOptions {
            data_dir: folder.aws()?,
            tools_dir: workbench::default_tools_dir(),
            durable: true,
            port: None,
        })
        .await
        .context("the local SNS and SQS do not start")?;
        let clients = Clients::new(&settings(&aws)).await;
        let topology = topology::ensure(&clients.sns, &clients.sqs, &Names::default())
            .await
            .context("topic and queues cannot be made in the local SNS and SQS")?;
        let simulator = Simulator::start(SimulatorOptions {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            key_file: Some(folder.token_key()),
            population: plan.population(),
        })
        .await?;
        Ok(Self {
            database,
            personal_data_key: folder.personal_data_key()?,
            aws,
            topology,
            simulator,
        })
    }

    /// The configuration by which the service uses these servers.
    #[must_use]
    pub fn configuration(&self, base: &str, settings: LocalSettings) -> Configuration {
        Configuration {
            database: self.database.url().to_owned().into(),
            personal_data_key: self.personal_data_key.clone(),
            issuer: simulator::ISSUER.to_owned(),
            client_id: CLIENT_ID.to_owned(),
            client_secret: CLIENT_SECRET.to_owned().into(),
            upstreams: self.simulator.addresses().collect(),
            own_url: base.to_owned(),
            aws: Aws {
                region: self.aws.region().to_owned(),
                endpoint: Some(self.aws.endpoint()),
                credentials: Some((
                    self.aws.access_key_id().to_owned(),
                    self.aws.secret_access_key().to_owned().into(),
                )),
                topic_arn: self.topology.topic_arn.clone(),
                inbound_queue: self.topology.inbound_queue_name.clone(),
            },
            policy: settings.policy,
            publish: settings.publish,
            origins: settings.origins,
            build: Build::of_checkout(&mut Environment::of_process()),
        }
    }

    /// What scripts must know of SNS and SQS.
    #[must_use]
    pub fn aws_manifest(&self) -> LocalAwsManifest {
        LocalAwsManifest {
            endpoint: self.aws.endpoint(),
            region: self.aws.region().to_owned(),
            access_key_id: self.aws.access_key_id().to_owned(),
            secret_access_key: self.aws.secret_access_key().to_owned(),
            topic_arn: self.topology.topic_arn.clone(),
            downstream_queue_url: self.topology.downstream_queue_url.clone(),
            inbound_queue_url: self.topology.inbound_queue_url.clone(),
        }
    }

    /// Waits until one of the servers has ended without being asked to: which.
    pub async fn exited(&mut self) -> &'static str {
        let mut polls = interval(POLL_INTERVAL);
        loop {
            polls.tick().await;
            if self.database.has_exited() {
                return "Postgres";
            }
            if self.aws.has_exited() {
                return "the local SNS and SQS";
            }
        }
    }

    /// Stops everything, Postgres last.
    ///
    /// # Errors
    /// When something does not stop.
    pub async fn stop(self) -> Result<()> {
        self.simulator.stop().await;
        self.aws.stop().await?;
        self.database.close().await?;
        Ok(())
    }
}

fn settings(aws: &LocalAws) -> AwsSettings {
    AwsSettings {
        region: aws.region().to_owned(),
        endpoint: Some(aws.endpoint()),
        credentials: Some((aws.access_key_id().to_owned(), aws.secret_access_key().to_owned())),
    }
}
