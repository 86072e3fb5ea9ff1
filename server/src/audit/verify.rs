//! `audit verify`: walks the log and names the first position that is not as it was written.

use event_store::audit::{self, VerifyError};
use indicatif::{ProgressBar, ProgressStyle};

use crate::{
    cli::Target,
    database::Database,
    exit::{Ending, Failure},
};

/// Verifies chains, density, versions, receipts and keys; says the first position that is wrong.
pub(super) async fn verify(target: &Target) -> Result<Ending, Failure> {
    let database = Database::open(target).await?;
    let master = database.master_key()?;
    let pool = database.connect().await?;
    let bar = ProgressBar::new(0);
    if let Ok(style) = ProgressStyle::with_template("verifying {bar:40} {pos}/{len} events") {
        bar.set_style(style);
    }
    let verified = audit::verify(&pool, Some(&master), |progress| {
        bar.set_length(u64::try_from(progress.head.get()).unwrap_or_default());
        bar.set_position(u64::try_from(progress.at.get()).unwrap_or_default());
    })
    .await;
    bar.finish_and_clear();
    pool.close().await;
    database.close().await?;
    match verified {
        Ok(verified) => {
            println!(
                "verified: {} events in {} streams, {} receipts and {} keys, up to position {} recorded at {}",
                verified.head,
                verified.streams,
                verified.receipts,
                verified.keys,
                verified.head,
                verified.recorded_at.to_rfc3339()
            );
            Ok(Ending::Done)
        }
        Err(VerifyError::Broken(finding)) => {
            println!("BROKEN: {finding}");
            println!(
                "Keep the database as it is, and compare with a backup from before: see OPERATIONS, 'The log is broken'."
            );
            Ok(Ending::NotSo)
        }
        Err(unreadable) => Err(Failure::dependency(unreadable)),
    }
}
