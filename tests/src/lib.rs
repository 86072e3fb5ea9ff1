//! What the stories, contracts and faults of this crate share.
