//! `audit`: a prisoner's history, and the verification of the log.

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
    /// Show a prisoner's history and the state at its end.
    Show {
        /// The prisoner's number.
        noms: NomsNumber,
        /// Show what was recorded at this time (RFC 3339).
        #[arg(long, value_parser = moment, conflicts_with = "as_of_position")]
        as_of: Option<DateTime<Utc>>,
        /// Show what was recorded at this position.
        #[arg(long)]
        as_of_position: Option<Position>,
        /// Print one JSON object a line instead of text.
        #[arg(long)]
        json: bool,
        /// Where the database is.
        #[command(flatten)]
        target: Target,
    },
    /// Check every hash, position, version, receipt and key; names the first position that is wrong.
    ///
    /// Hashes hold no secret. A stream whose hashes were all recomputed, or newest events that were cut off with everything kept
    /// about them, show only beside a copy that is kept elsewhere.
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
