//! Given these events, when this is asked, then that happens: the state chart of allocation rules 2.8.

mod coworking;
mod ending;
mod fixtures;
mod laws;
mod primary;
mod terms;
