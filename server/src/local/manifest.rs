//! `local.json`: the addresses and credentials that scripts need. It exists while the local profile is ready.

use std::fs;

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{DataFolder, Example, folder::write_private};

/// The content of `local.json`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LocalManifest {
    /// The process that serves. After a crash the file stays, and no such process runs.
    pub pid: u32,
    /// Scheme, host and port of everything.
    pub base: String,
    /// Where GraphQL is.
    pub graphql: String,
    /// libpq address of the database's owner.
    pub database: String,
    /// A token that may allocate at Leeds and read the REST contract.
    pub token: String,
    /// A mutation that works.
    pub sample_mutation: Value,
    /// The prisoner in it.
    pub sample_noms_number: String,
    /// The local SNS and SQS.
    pub aws: LocalAwsManifest,
}

/// How to reach the local SNS and SQS.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LocalAwsManifest {
    /// Endpoint of both.
    pub endpoint: String,
    /// Region.
    pub region: String,
    /// Any works; this one is in the queues' addresses.
    pub access_key_id: String,
    /// Any works.
    pub secret_access_key: String,
    /// The topic for domain events.
    pub topic_arn: String,
    /// A queue subscribed the way consumers are.
    pub downstream_queue_url: String,
    /// The queue that the service reads.
    pub inbound_queue_url: String,
}

impl LocalManifest {
    /// The manifest of the service at this base.
    #[must_use]
    pub fn new(
        base: &str,
        database: String,
        token: String,
        example: &Example,
        aws: LocalAwsManifest,
    ) -> Self {
        Self {
            pid: std::process::id(),
            base: base.to_owned(),
            graphql: format!("{base}/graphql"),
            database,
            token,
            sample_mutation: json!({ "query": example.mutation(), "variables": {} }),
            sample_noms_number: example.noms.to_string(),
            aws,
        }
    }

    /// Writes the file into the data folder, readable by the owner only: it holds a token and a password.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn write(&self, folder: &DataFolder) -> Result<()> {
        write_private(&folder.manifest(), &serde_json::to_vec_pretty(self)?)
    }

    /// Removes the file, if there is one.
    ///
    /// # Errors
    /// When it cannot be removed.
    pub fn remove(folder: &DataFolder) -> Result<()> {
        let file = folder.manifest();
        match fs::remove_file(&file) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                Err(error).with_context(|| format!("cannot remove {}", file.display()))
            }
            _ => Ok(()),
        }
    }
}
