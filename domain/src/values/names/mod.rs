//! People's names: how they are shown, found and put in order. NOMIS writes capitals, and everybody types what they like.

mod folded;
mod shown;

pub use folded::{FOLDING, SearchedName, order_key, search_text};
pub use shown::{shown_forename, shown_full_name, shown_name, shown_surname};
