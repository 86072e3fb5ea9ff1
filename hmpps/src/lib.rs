//! The HMPPS world: tokens and typed clients behind the ports.
