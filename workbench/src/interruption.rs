//! Ctrl-C during an installation: no further step starts.

use std::sync::atomic::{AtomicBool, Ordering};

use crate::WorkbenchError;

static INTERRUPTED: AtomicBool = AtomicBool::new(false);

/// Stops this process from starting another step of an installation. A running step ends with the process.
pub fn interrupt() {
    INTERRUPTED.store(true, Ordering::Relaxed);
}

/// Fails once [`interrupt`] was called.
pub(crate) fn check() -> Result<(), WorkbenchError> {
    if INTERRUPTED.load(Ordering::Relaxed) {
        Err(WorkbenchError::Interrupted)
    } else {
        Ok(())
    }
}
