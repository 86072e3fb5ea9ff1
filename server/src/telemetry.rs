//! Logs: JSON lines in production, short lines on a terminal. Personal data never reaches them.

mod json_lines;

use std::io::IsTerminal;

use tracing::{Level, Metadata, Subscriber};
use tracing_subscriber::{
    EnvFilter,
    filter::filter_fn,
    fmt,
    fmt::{MakeWriter, format::JsonFields},
    layer::SubscriberExt,
    util::SubscriberInitExt,
};

use self::json_lines::JsonLines;

/// The crates that may log more than INFO: ours, which name no person. Below that level other crates log the addresses of
/// requests, their headers and bodies, and statements.
const OURS: [&str; 11] = [
    "allocations",
    "commands",
    "conformance",
    "domain",
    "event_store",
    "graphql",
    "hmpps",
    "messaging",
    "projections",
    "server",
    "workbench",
];

/// Starts logging to standard error. `RUST_LOG` chooses what, else this filter.
pub fn start(default: &str) {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(default));
    if std::io::stderr().is_terminal() {
        let lines = fmt().with_env_filter(filter).with_writer(std::io::stderr);
        let lines = lines.compact().with_target(false).finish();
        lines.with(filter_fn(names_nobody)).init();
    } else {
        json_lines(filter, std::io::stderr).init();
    }
}

/// Writes what passes the filter as JSON, one object a line and each key once. No filter lets personal data pass.
pub fn json_lines<W>(filter: EnvFilter, writer: W) -> impl Subscriber + Send + Sync
where
    W: for<'a> MakeWriter<'a> + Send + Sync + 'static,
{
    fmt()
        .with_env_filter(filter)
        .with_writer(writer)
        .fmt_fields(JsonFields::new())
        .event_format(JsonLines)
        .finish()
        .with(filter_fn(names_nobody))
}

/// Whether a line of this place and level can hold no personal data, whatever `RUST_LOG` asks for.
fn names_nobody(line: &Metadata<'_>) -> bool {
    let krate = line.target().split("::").next().unwrap_or_default();
    *line.level() <= Level::INFO || OURS.contains(&krate)
}
