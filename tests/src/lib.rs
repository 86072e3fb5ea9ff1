//! End-to-end stories, contracts, faults, hostile input, architecture and benches.
