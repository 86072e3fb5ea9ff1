//! `audit verify`: walks the log and names the first position that is not as it was written.

use crate::database::Target;
use event_store::{
    Position,
    audit::{self, VerifyError},
};

use crate::{
    database::Database,
    exit::{Ending, Failure},
    output::output,
    progress::ProgressReporter,
};

/// Verifies chains, density, versions, receipts and keys; says the first position that is wrong.
pub(super) async fn verify(target: &Target) -> Result<Ending, Failure> {
    let database = Database::open(target).await?;
    let pool = database.connect().await?;
    let progress = ProgressReporter::begin();
    let count = |position: Position| u64::try_from(position.get()).unwrap_or_default();
    let verified = audit::verify(&pool, database.master_key(), |reached| {
        progress.at("verifying events", count(reached.at), count(reached.head));
    })
    .await;
    progress.end();
    pool.close().await;
    database.close().await?;
    match verified {
        Ok(verified) => {
            let keys = match verified.keys {
                Some(keys) => format!("{keys} keys"),
                None => "no keys (PERSONAL_DATA_KEY is not set)".to_owned(),
            };
            output!(
                "verified: {} events in {} streams, {} receipts and {keys}, up to position {} recorded at {}",
                verified.head,
                verified.streams,
                verified.receipts,
                verified.head,
                verified.recorded_at.to_rfc3339()
            )?;
            Ok(Ending::Done)
        }
        Err(VerifyError::Broken(finding)) => {
            output!("BROKEN: {finding}")?;
            output!(
                "Keep the database as it is, and compare with a backup from before: see OPERATIONS, 'The log is broken'."
            )?;
            Ok(Ending::NotSo)
        }
        Err(unreadable) => Err(Failure::dependency(unreadable)),
    }
}
