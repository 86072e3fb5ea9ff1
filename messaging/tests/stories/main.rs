//! Messages out and in, over a real Postgres, a real SNS and SQS protocol, and an SNS that misbehaves by seed.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "tests fail by panicking"
)]
#![expect(clippy::disallowed_methods, reason = "here requests begin: the time is now")]

mod departures;
mod estate;
mod faults;
mod faulty_sns;
mod inbox;
mod operators;
mod relay;
mod topology;
mod world;
