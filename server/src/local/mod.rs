//! The local profile: everything that the service needs, on one laptop, with one command.

mod banner;
mod estate;
mod example;
mod folder;
mod history;
mod letter;
mod serving;
mod world;

pub(crate) use banner::print_welcome;
pub(crate) use estate::Estate;
pub use example::Example;
pub use folder::DataFolder;
pub use letter::LocalLetter;
pub(crate) use serving::{LocalOptions, serve};
pub use world::LocalWorld;
