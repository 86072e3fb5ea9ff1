//! Ctrl-C while something is being installed: no further step of it is begun.

use std::sync::atomic::{AtomicBool, Ordering};

use crate::WorkbenchError;

static INTERRUPTED: AtomicBool = AtomicBool::new(false);

/// From now on this process begins no step of an installation. What it has begun ends with the process.
pub fn interrupt() {
    INTERRUPTED.store(true, Ordering::Relaxed);
}

/// An error once [`interrupt`] was called.
pub(crate) fn check() -> Result<(), WorkbenchError> {
    if INTERRUPTED.load(Ordering::Relaxed) {
        Err(WorkbenchError::Interrupted)
    } else {
        Ok(())
    }
}
