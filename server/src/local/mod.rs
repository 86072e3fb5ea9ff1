//! The local profile: everything that the service needs, on one laptop, with one command.

mod banner;
mod estate;
mod folder;
mod letter;
mod world;

pub(crate) use banner::print_welcome;
pub(crate) use estate::Estate;
pub use folder::DataFolder;
pub use letter::LocalLetter;
pub use world::LocalWorld;

/// The prisoner of the example that is printed when the local profile is ready.
pub const SAMPLE_NOMS: &str = "A1234BC";

/// The POMs of that example; whoever has the case already cannot be given it again.
pub const SAMPLE_POMS: [i32; 2] = [485_926, 102];

/// The mutation of that example, for people who paste.
#[must_use]
pub fn sample_mutation(staff_id: i32) -> String {
    format!(
        r#"mutation {{ allocatePrimaryPom(input: {{nomsNumber: "{SAMPLE_NOMS}", prison: "LEI", staffId: {staff_id}}}) {{
  position userErrors {{ code message }} allocation {{ version state primaryPom {{ name }} }} }} }}"#
    )
}
