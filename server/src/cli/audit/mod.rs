//! What auditors ask: what happened to this prisoner, and is the log what it was?

mod entry;
mod show;
mod verify;
mod whereabouts;

use super::values::moment;
use crate::database::Target;
use crate::exit::{Ending, Failure};
use chrono::{DateTime, Utc};
use clap::Subcommand;
use domain::NomsNumber;
use event_store::Position;

/// `audit`.
#[derive(Debug, Subcommand)]
pub enum AuditCommand {
    /// Everything that happened to a prisoner, and what was so then.
    Show {
        /// Whose history.
        noms: NomsNumber,
        /// As it was recorded at this time (RFC 3339).
        #[arg(long, value_parser = moment, conflicts_with = "as_of_position")]
        as_of: Option<DateTime<Utc>>,
        /// As it was recorded at this position.
        #[arg(long)]
        as_of_position: Option<Position>,
        /// One JSON object a line instead of text.
        #[arg(long)]
        json: bool,
        /// Where the database is.
        #[command(flatten)]
        target: Target,
    },
    /// Check each hash, place, version, receipt and key against the others; names the first position that is wrong.
    ///
    /// Hashes hold no secret: a stream whose hashes were all computed anew, or newest events that were cut off with all that is
    /// kept about them, show only beside a copy that is kept elsewhere.
    Verify(Target),
}

/// Runs `audit …`.
///
/// # Errors
/// When the database cannot be read.
pub(super) async fn run(command: AuditCommand) -> Result<Ending, Failure> {
    match command {
        AuditCommand::Show {
            noms,
            as_of,
            as_of_position,
            json,
            target,
        } => {
            let until = show::Until::new(as_of, as_of_position);
            show::show(noms, until, json, &target).await
        }
        AuditCommand::Verify(target) => verify::verify(&target).await,
    }
}
