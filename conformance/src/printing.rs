//! In tests, facts are printed and read again.

use std::fmt::Debug;

use serde::{Deserialize, Serialize};

/// Facts that can be read, and printed by tests.
pub(crate) trait Facts<'a>: Deserialize<'a> + Serialize + Debug {}

impl<'a, T: Deserialize<'a> + Serialize + Debug> Facts<'a> for T {}

/// Prints the facts, reads them again, and compares their debug text: a `RawValue` has no equality.
pub(crate) fn check<'a, T: Facts<'a>>(facts: &T) {
    let printed: &'static str = serde_json::to_string(facts).unwrap().leak();
    let again: T = serde_json::from_str(printed).unwrap();
    assert_eq!(format!("{again:?}"), format!("{facts:?}"), "{printed}");
}
