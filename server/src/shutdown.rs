//! Ctrl-C, and a polite request to stop.

use anyhow::Result;
use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;

use crate::output::to_stderr;

/// Is cancelled when this process is told to stop, however early.
///
/// # Errors
/// When signals cannot be listened to.
pub(crate) fn shutdown_token() -> Result<CancellationToken> {
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    let told = CancellationToken::new();
    let telling = told.clone();
    tokio::spawn(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
        to_stderr(format_args!("Stopping."));
        workbench::interrupt();
        telling.cancel();
    });
    Ok(told)
}
