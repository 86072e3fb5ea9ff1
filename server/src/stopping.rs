//! Ctrl-C, and a polite request to stop.

use anyhow::Result;
use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;

use crate::output::remark;

/// Is cancelled when this process is told to stop, however early.
///
/// # Errors
/// When signals cannot be listened to.
pub(crate) fn told_to_stop() -> Result<CancellationToken> {
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    let told = CancellationToken::new();
    let telling = told.clone();
    tokio::spawn(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
        remark(format_args!("Stopping."));
        workbench::interrupt();
        telling.cancel();
    });
    Ok(told)
}
