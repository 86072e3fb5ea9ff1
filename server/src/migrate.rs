//! `migrate`: brings the schema up to date.

use crate::{
    cli::Target,
    database::Database,
    exit::{Ending, Failure},
    say::say,
};

/// Applies the migrations that are missing; several replicas may do so at once.
pub(crate) async fn migrate(target: &Target) -> Result<Ending, Failure> {
    let database = Database::open(target).await?;
    event_store::migrate(database.url())
        .await
        .map_err(Failure::dependency)?;
    database.close().await?;
    say!("The schema is up to date.")?;
    Ok(Ending::Done)
}
