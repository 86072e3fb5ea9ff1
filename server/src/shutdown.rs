//! SIGINT and SIGTERM.

use anyhow::Result;
use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;

use crate::output::to_stderr;

/// A token that SIGINT or SIGTERM cancels, from the first moment of the process.
///
/// # Errors
/// When signals cannot be listened to.
pub(crate) fn shutdown_token() -> Result<CancellationToken> {
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    let token = CancellationToken::new();
    let cancelled = token.clone();
    tokio::spawn(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
        to_stderr(format_args!("Stopping."));
        workbench::interrupt();
        cancelled.cancel();
    });
    Ok(token)
}
