//! Personal data: sealed with a key per person before it is hashed, opened when it is read, erased with the key.

pub(crate) mod all_keys;
pub(crate) mod keyring;
pub(crate) mod seal;
pub(crate) mod unseal;
