//! What clients see, on a real database.

mod access;
mod allocating;
mod following;
mod reading;
mod transport;
mod world;
