//! What auditors ask: what happened to this prisoner, and is the log what it was?

mod reasons;
mod show;
mod story;
mod verify;
mod whereabouts;

use crate::{
    cli::Audit,
    exit::{Ending, Failure},
};

/// Runs `audit …`.
///
/// # Errors
/// When the database cannot be read.
pub(crate) async fn run(command: Audit) -> Result<Ending, Failure> {
    match command {
        Audit::Show {
            noms,
            as_of,
            as_of_position,
            json,
            target,
        } => {
            let until = show::Until::new(as_of, as_of_position);
            show::show(noms, until, json, &target).await
        }
        Audit::Verify(target) => verify::verify(&target).await,
    }
}
