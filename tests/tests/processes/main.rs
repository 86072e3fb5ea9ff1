//! Process managers on a real log: killed at every point they do once what they should, and trouble stays where it is.

mod kills;
mod scene;
mod trouble;
