//! Logs: JSON lines in production, short lines on a terminal. Personal data never reaches them.

use std::io::IsTerminal;

use tracing_subscriber::{EnvFilter, fmt};

use crate::cli::Command;

/// Starts logging to standard error. `RUST_LOG` chooses what; the service tells more than the other commands.
pub fn start(command: &Command) {
    let default = match command {
        Command::Serve(_) => "info",
        // What goes over the whole log takes as long as it takes, and its servers may stop before its connections.
        _ => "warn,workbench=info,sqlx::query=error,sqlx_core::pool=error",
    };
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(default));
    let lines = fmt().with_env_filter(filter).with_writer(std::io::stderr);
    if std::io::stderr().is_terminal() {
        lines.compact().with_target(false).init();
    } else {
        lines.json().flatten_event(true).init();
    }
}
