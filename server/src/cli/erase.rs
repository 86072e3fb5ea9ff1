//! `erase`: destroys the key of a person's data.

use crate::database::Target;
use anyhow::anyhow;
use clap::Args;
use commands::stream_id;
use domain::{AnyStream, NomsNumber};
use event_store::{Erasure, Log, PostgresLog};

use crate::{
    config::Environment,
    database::Database,
    exit::{Ending, Failure},
    output::output,
};

/// `erase`.
#[derive(Debug, Args)]
pub struct EraseArgs {
    /// The prisoner's number.
    pub noms: NomsNumber,
    /// The reason; kept for auditors, so it must hold nothing personal.
    #[arg(long)]
    pub reason: String,
    /// Where the database is.
    #[command(flatten)]
    pub target: Target,
}

/// Destroys the key of everything personal about a prisoner.
pub(super) async fn run(options: EraseArgs) -> Result<Ending, Failure> {
    let EraseArgs { noms, reason, target } = options;
    if reason.trim().is_empty() {
        return Err(Failure::usage(anyhow!("say why: --reason must not be blank")));
    }
    let database = Database::open(&target).await?;
    let log = database.sealed_log().await?;
    let reason = format!("{} (by {})", reason.trim(), Environment::of_process().operator());
    let erased = erase_known(&log, noms, &reason).await;
    log.pool().close().await;
    drop(log);
    database.close().await?;
    let Erasure {
        destroyed_at,
        reason,
        repeated,
    } = erased?;
    if repeated {
        output!(
            "{noms} was erased before, at {}: {reason}.",
            destroyed_at.to_rfc3339()
        )?;
    } else {
        output!("{noms} is erased: the key of everything personal about them is destroyed.")?;
    }
    output!(
        "Read models forget within moments where the service runs, else when it starts; an hour later their files hold nothing \
         of them either (at once: `allocations project rewrite`)."
    )?;
    Ok(Ending::Done)
}

/// Erases a prisoner whom the log knows. A mistyped number would bar somebody for good, so others are refused.
async fn erase_known(log: &PostgresLog, noms: NomsNumber, reason: &str) -> Result<Erasure, Failure> {
    let streams: Vec<_> = AnyStream::of_prisoner(noms).map(stream_id).collect();
    let known = log.read_streams(&streams).await.map_err(Failure::dependency)?;
    if known.is_empty() {
        return Err(Failure::not_so(anyhow!(
            "nothing is recorded about {noms}: check the number"
        )));
    }
    log.keyring()
        .erase(noms.as_str(), reason)
        .await
        .map_err(Failure::dependency)
}
