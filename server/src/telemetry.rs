//! Logs: JSON lines in production, short lines on a terminal. Personal data never reaches them.

mod json_lines;

use std::io::IsTerminal;

use tracing::Subscriber;
use tracing_subscriber::{
    EnvFilter, fmt,
    fmt::{MakeWriter, format::JsonFields},
};

use self::json_lines::JsonLines;

/// Starts logging to standard error. `RUST_LOG` chooses what, else this filter.
pub fn start(default: &str) {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(default));
    if std::io::stderr().is_terminal() {
        let lines = fmt().with_env_filter(filter).with_writer(std::io::stderr);
        lines.compact().with_target(false).init();
    } else {
        use tracing_subscriber::util::SubscriberInitExt;
        json_lines(filter, std::io::stderr).init();
    }
}

/// Writes what passes the filter as JSON, one object a line and each key once.
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
}
