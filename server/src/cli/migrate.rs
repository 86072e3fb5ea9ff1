//! `migrate`: brings the schema up to date.

use crate::database::Target;
use crate::{
    database::Database,
    exit::{Ending, Failure},
    output::output,
};

/// Applies the migrations that are missing; several replicas may do so at once.
pub(super) async fn run(target: &Target) -> Result<Ending, Failure> {
    let database = Database::open(target).await?;
    event_store::migrate(database.url())
        .await
        .map_err(Failure::dependency)?;
    database.close().await?;
    output!("The schema is up to date.")?;
    Ok(Ending::Done)
}
