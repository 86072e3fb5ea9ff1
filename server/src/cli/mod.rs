//! The command line: one file for each command, with its arguments and its `run`.

mod audit;
mod counted;
mod doctor;
mod erase;
mod inbox;
mod migrate;
mod outbox;
mod policy;
mod process;
mod project;
mod rebuild;
mod schema;
mod seed;
mod serve;
mod token;
mod values;
mod visible;

use clap::{Parser, Subcommand};

use self::{
    audit::AuditCommand, erase::EraseArgs, inbox::InboxCommand, outbox::OutboxCommand, policy::PolicyArgs,
    process::ProcessCommand, project::ProjectCommand, schema::SchemaArgs, seed::SeedArgs, serve::ServeArgs,
    token::TokenArgs,
};
use crate::{
    database::Target,
    exit::{Ending, Failure},
};

/// Who is responsible for each prisoner: allocate prison offender managers, and let everybody know.
#[derive(Debug, Parser)]
#[command(name = "allocations", version, propagate_version = true)]
pub struct Cli {
    /// The command.
    #[command(subcommand)]
    pub command: Command,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run the service. Without configuration: the local profile, with everything it needs.
    Serve(ServeArgs),
    /// Bring the database's schema up to date; safe from several replicas at once.
    Migrate(Target),
    /// Make a realistic estate by sending commands through the bus; the same seed makes the same estate.
    Seed(SeedArgs),
    /// Print a token for the local profile.
    Token(TokenArgs),
    /// Answer cases of one rule: JSON lines in, JSON lines out.
    Policy(PolicyArgs),
    /// Read models: status, rebuild, switch, drop.
    #[command(subcommand)]
    Project(ProjectCommand),
    /// Outgoing messages: status, and what to do with parked ones.
    #[command(subcommand)]
    Outbox(OutboxCommand),
    /// Incoming messages: status, and what to do with parked ones.
    #[command(subcommand)]
    Inbox(InboxCommand),
    /// Process managers: status, and what to do with parked tasks.
    #[command(subcommand)]
    Process(ProcessCommand),
    /// For auditors: show a prisoner's history, verify the log.
    #[command(subcommand)]
    Audit(AuditCommand),
    /// Erase a person: destroy the key of all personal data about them, for good.
    Erase(EraseArgs),
    /// Report problems and what to do about them.
    Doctor(Target),
    /// Print a contract as committed in the repository.
    Schema(SchemaArgs),
}

impl Command {
    /// Does the command.
    ///
    /// # Errors
    /// When it could not be done.
    pub async fn run(self) -> Result<Ending, Failure> {
        match self {
            Self::Serve(options) => serve::run(options).await,
            Self::Migrate(target) => migrate::run(&target).await,
            Self::Seed(options) => seed::run(options).await,
            Self::Token(options) => token::run(&options),
            Self::Policy(options) => policy::run(&options),
            Self::Project(command) => project::run(command).await,
            Self::Outbox(command) => outbox::run(command).await,
            Self::Inbox(command) => inbox::run(command).await,
            Self::Process(command) => process::run(command).await,
            Self::Audit(command) => audit::run(command).await,
            Self::Erase(options) => erase::run(options).await,
            Self::Doctor(target) => doctor::run(&target).await,
            Self::Schema(options) => schema::run(&options),
        }
    }

    /// What is logged where `RUST_LOG` does not say: the service logs more than the other commands.
    #[must_use]
    pub const fn log_filter(&self) -> &'static str {
        match self {
            Self::Serve(_) => "info",
            // What reads the whole log takes as long as it takes, and its servers may stop before its connections.
            _ => "warn,workbench=info,sqlx::query=error,sqlx_core::pool=error",
        }
    }
}
