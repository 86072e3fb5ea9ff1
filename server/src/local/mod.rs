//! The local profile: everything that the service needs, on one laptop, with one command.

mod banner;
mod estate;
mod example;
mod folder;
mod history;
mod manifest;
mod servers;
mod serving;

pub(crate) use banner::print_welcome;
pub(crate) use estate::Estate;
pub use example::Example;
pub use folder::{DataFolder, Work};
pub use manifest::LocalManifest;
pub use servers::LocalServers;
pub(crate) use serving::{LocalOptions, serve};
