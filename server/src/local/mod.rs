//! The local profile: everything that the service needs, on one laptop, with one command.

mod banner;
pub(crate) mod estate;
mod folder;
mod letter;
mod world;

pub use banner::print_welcome;
pub use folder::DataFolder;
pub use letter::LocalLetter;
pub use world::LocalWorld;

/// The prisoner of the example that is printed when the local profile is ready.
pub const SAMPLE_NOMS: &str = "A1234BC";

/// The mutation of that example, for people who paste.
pub const SAMPLE_MUTATION: &str = r#"mutation { allocatePrimaryPom(input: {nomsNumber: "A1234BC", prison: "LEI", staffId: 485926}) {
  position userErrors { code message } allocation { version state primaryPom { name } } } }"#;
