//! What people type.

use std::path::PathBuf;

use chrono::{DateTime, NaiveDate, Utc};
use clap::{
    Args, Parser, Subcommand, ValueEnum,
    builder::{NonEmptyStringValueParser, RangedU64ValueParser},
};
use domain::{NomsNumber, PrisonCode, StaffId, handover::RulesVersion};
use event_store::Position;
use projections::Model;

use crate::policy::{rules_and_versions, versions};

/// Who is responsible for each prisoner: allocate prison offender managers, and let everybody know.
#[derive(Debug, Parser)]
#[command(name = "allocations", version, propagate_version = true)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run the service. Without configuration: the local profile, with everything it needs.
    Serve(Serve),
    /// Bring the database's schema up to date; safe from several replicas at once.
    Migrate(Target),
    /// Make a realistic estate by sending commands through the bus; the same seed makes the same estate.
    Seed(Seed),
    /// Print a token for the local profile.
    Token(Token),
    /// Answer cases of one rule: JSON lines in, JSON lines out.
    Policy(Policy),
    /// Read models: where they are, rebuild, switch, drop.
    #[command(subcommand)]
    Project(Project),
    /// Outgoing messages: where they are, and what to do with parked ones.
    #[command(subcommand)]
    Outbox(Outbox),
    /// Incoming messages: what waits to take effect, and what to do with parked ones.
    #[command(subcommand)]
    Inbox(Inbox),
    /// Auditors: show a prisoner's history, prove the log unchanged.
    #[command(subcommand)]
    Audit(Audit),
    /// Erase a person: destroy the key of all personal data about them, for good.
    Erase(Erase),
    /// What is wrong, and what to do about it.
    Doctor(Target),
    /// Print a contract as committed in the repository.
    Schema {
        /// Which contract.
        contract: Contract,
    },
}

/// Where the database is.
#[derive(Debug, Clone, Args)]
pub struct Target {
    /// The local profile's folder, used when no database is configured.
    #[arg(long, default_value = ".local", env = "ALLOCATIONS_DATA_DIR")]
    pub data_dir: PathBuf,
}

/// `serve`.
#[derive(Debug, Args)]
pub struct Serve {
    /// The port for everything.
    #[arg(long, default_value_t = 8080, env = "SERVER_PORT")]
    pub port: u16,
    /// The port for metrics in production; without one they are not served. The local profile serves them beside the rest.
    #[arg(long, env = "MANAGEMENT_PORT")]
    pub management_port: Option<u16>,
    /// Where the local profile keeps its data.
    #[command(flatten)]
    pub target: Target,
    /// How many prisoners the local profile starts with, if it starts empty.
    #[arg(long, default_value_t = 300, value_parser = some_prisoners())]
    pub prisoners: usize,
}

/// `seed`.
#[derive(Debug, Args)]
pub struct Seed {
    /// How many prisons, in the order of the prison list with Leeds first.
    #[arg(long, default_value_t = 124, value_parser = clap::value_parser!(u16).range(1..=124))]
    pub prisons: u16,
    /// How many prisoners.
    #[arg(long, default_value_t = 90_000, value_parser = some_prisoners())]
    pub prisoners: usize,
    /// How many years of history.
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u16).range(1..=50))]
    pub years: u16,
    /// The same seed makes the same estate.
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// The London date on which the history ends. When not said: the one of the seeding that is in the log, else today.
    #[arg(long, value_parser = day)]
    pub until: Option<NaiveDate>,
    /// Seed the database that the environment configures; without this only a local profile is seeded.
    #[arg(long)]
    pub into_configured_database: bool,
    /// Where the database is.
    #[command(flatten)]
    pub target: Target,
}

/// `token`.
#[derive(Debug, Args)]
pub struct Token {
    /// An authority, such as `ROLE_ALLOC_MGR`; give more than one with commas or by repeating.
    #[arg(long = "role", required = true, value_delimiter = ',', value_parser = NonEmptyStringValueParser::new())]
    pub roles: Vec<String>,
    /// The prisons whose cases the holder works with, with spaces or commas between them.
    #[arg(long = "caseload", num_args = 1.., value_delimiter = ',')]
    pub caseloads: Vec<PrisonCode>,
    /// The user's name; without one the token is a service's.
    #[arg(long, value_parser = NonEmptyStringValueParser::new())]
    pub user: Option<String>,
    /// The user's staff id. A POM's is needed for their own profile; without one an id is made from the user's name.
    #[arg(long, requires = "caseloads")]
    pub staff_id: Option<StaffId>,
    /// Minutes until it expires, up to a year.
    #[arg(long, default_value_t = 720, value_parser = clap::value_parser!(u32).range(1..=525_600))]
    pub minutes: u32,
    /// The local profile's folder.
    #[command(flatten)]
    pub target: Target,
}

/// `policy`.
#[derive(Debug, Args)]
#[command(
    args_conflicts_with_subcommands = true,
    subcommand_negates_reqs = true,
    after_help = rules_and_versions()
)]
pub struct Policy {
    /// Something else than answering.
    #[command(subcommand)]
    pub task: Option<PolicyTask>,
    /// Which rule, by its name below.
    #[arg(required = true)]
    pub rule: Option<String>,
    /// The cases; standard input when not said.
    pub file: Option<PathBuf>,
    /// Compare with each case's `expect`; exit code 1 on a difference.
    #[arg(long)]
    pub expect: bool,
    /// The version of the rules under which to answer, 'reference' when not said; when said, each answer names it.
    #[arg(long)]
    pub rules: Option<RulesVersion>,
    /// Add to each answer of 'handover' why it is so, in words.
    #[arg(long, conflicts_with = "expect")]
    pub explain: bool,
    /// Complain of each member of `given` that the rule does not read, and of a `now` that is not on the London day `today`.
    #[arg(long)]
    pub strict: bool,
}

/// What `policy` does beside answering.
#[derive(Debug, Subcommand)]
pub enum PolicyTask {
    /// List the cases that two versions of the rules answer differently, by the departure that makes them so.
    #[command(after_help = versions())]
    Diff {
        /// The one version.
        old: RulesVersion,
        /// The other.
        new: RulesVersion,
        /// The cases; standard input when not said.
        file: Option<PathBuf>,
    },
}

/// `project`.
#[derive(Debug, Subcommand)]
pub enum Project {
    /// Where each read model is.
    Status(Target),
    /// Build read models anew beside the live ones, then switch.
    Rebuild {
        /// Which of cases, allocations and poms; all when not said.
        models: Vec<Model>,
        /// Keep the builds that readers saw before, to switch back to.
        #[arg(long)]
        keep_previous: bool,
        /// Where the database is.
        #[command(flatten)]
        target: Target,
    },
    /// Write the tables anew without what erased people left in them; the service does so an hour after an erasure.
    Rewrite(Target),
    /// Show readers a build that was kept, once it is up to date.
    Switch {
        /// Of which model: cases, allocations or poms.
        model: Model,
        /// Which, by its number in `project status`.
        build: i32,
        /// Where the database is.
        #[command(flatten)]
        target: Target,
    },
    /// Throw away a build that readers do not see.
    Drop {
        /// Of which model: cases, allocations or poms.
        model: Model,
        /// Which, by its number in `project status`.
        build: i32,
        /// Where the database is.
        #[command(flatten)]
        target: Target,
    },
}

/// `outbox`.
#[derive(Debug, Subcommand)]
pub enum Outbox {
    /// How many messages wait, and since when.
    Status(Target),
    /// Prisoners whose messages are parked.
    Parked(Target),
    /// Send a parked prisoner's messages again.
    Retry {
        /// Whose.
        noms: NomsNumber,
        /// Where the database is.
        #[command(flatten)]
        target: Target,
    },
    /// Give up a parked prisoner's first message; the rest goes on.
    Discard {
        /// Whose.
        noms: NomsNumber,
        /// Why; kept with the message.
        #[arg(long)]
        reason: String,
        /// Where the database is.
        #[command(flatten)]
        target: Target,
    },
}

/// `inbox`.
#[derive(Debug, Subcommand)]
pub enum Inbox {
    /// How many messages wait, and since when.
    Status(Target),
    /// Messages that are parked, and why.
    Parked(Target),
    /// The body of a parked message, as it was received.
    Body {
        /// Which, by its number in `inbox parked`.
        message: i64,
        /// Where the database is.
        #[command(flatten)]
        target: Target,
    },
    /// Read a parked message again and let it take effect.
    Retry {
        /// Which, by its number in `inbox parked`.
        message: i64,
        /// Where the database is.
        #[command(flatten)]
        target: Target,
    },
    /// Give up a parked message; its prisoner's later ones take effect.
    Discard {
        /// Which, by its number in `inbox parked`.
        message: i64,
        /// Why; kept with the message.
        #[arg(long)]
        reason: String,
        /// Where the database is.
        #[command(flatten)]
        target: Target,
    },
}

/// `erase`.
#[derive(Debug, Args)]
pub struct Erase {
    /// Who.
    pub noms: NomsNumber,
    /// Why; kept for auditors, so nothing personal belongs here.
    #[arg(long)]
    pub reason: String,
    /// Where the database is.
    #[command(flatten)]
    pub target: Target,
}

/// `audit`.
#[derive(Debug, Subcommand)]
pub enum Audit {
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

fn some_prisoners() -> RangedU64ValueParser<usize> {
    RangedU64ValueParser::new().range(1..=10_000_000)
}

fn day(text: &str) -> Result<NaiveDate, &'static str> {
    text.parse().map_err(|_| "write a day as 2026-10-01")
}

fn moment(text: &str) -> Result<DateTime<Utc>, &'static str> {
    text.parse()
        .map_err(|_| "write a moment as 2026-10-01T12:00:00Z, or with another offset from universal time")
}

/// Which contract to print.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum Contract {
    /// The GraphQL schema.
    Graphql,
    /// The events of the log.
    Events,
}
