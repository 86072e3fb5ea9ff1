//! Random names and passwords.

use std::{fs::File, io::Read, path::Path};

use crate::WorkbenchError;

/// So many random bytes, as hexadecimal text.
pub(crate) fn random_hex<const BYTES: usize>() -> Result<String, WorkbenchError> {
    let source = Path::new("/dev/urandom");
    let mut bytes = [0; BYTES];
    File::open(source)
        .and_then(|mut random| random.read_exact(&mut bytes))
        .map_err(WorkbenchError::file("read", source))?;
    Ok(hex::encode(bytes))
}
