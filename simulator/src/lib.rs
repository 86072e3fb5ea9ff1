//! An HMPPS world to run against on a laptop and in tests.
