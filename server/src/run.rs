//! From what was typed to what is done.

use crate::{
    audit,
    cli::{Command, Contract},
    doctor, erase,
    exit::{Ending, Failure},
    inbox, migrate, outbox, policy_command, project,
    say::say,
    seed_command, serve, token,
};

/// Does a command.
///
/// # Errors
/// When it could not be done.
pub async fn run(command: Command) -> Result<Ending, Failure> {
    match command {
        Command::Serve(options) => serve::serve(options).await,
        Command::Migrate(target) => migrate::migrate(&target).await,
        Command::Seed(options) => seed_command::seed(options).await,
        Command::Token(options) => token::print(&options),
        Command::Policy(options) => policy_command::answer(&options),
        Command::Project(command) => project::run(command).await,
        Command::Outbox(command) => outbox::run(command).await,
        Command::Inbox(command) => inbox::run(command).await,
        Command::Audit(command) => audit::run(command).await,
        Command::Erase(options) => erase::erase(options).await,
        Command::Doctor(target) => doctor::examine(&target).await,
        Command::Schema { contract } => print_contract(contract),
    }
}

fn print_contract(contract: Contract) -> Result<Ending, Failure> {
    match contract {
        Contract::Graphql => say!("{}", graphql::sdl().trim_end())?,
        Contract::Events => {
            for (event, stream, meaning) in domain::catalogue() {
                say!("{stream}\t{event}\t{meaning}")?;
            }
        }
    }
    Ok(Ending::Done)
}
