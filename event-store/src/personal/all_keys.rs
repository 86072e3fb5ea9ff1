//! Everybody's keys at once, for one pass over very many events.

use std::{borrow::Cow, collections::HashMap, sync::OnceLock};

use crate::{
    MasterKey,
    personal::{
        seal::{SubjectKey, Unwrapping, tell_wrong_key},
        unseal,
    },
};

/// Keys that were loaded once. They do not notice an erasure: use them for one pass and drop them.
#[derive(Debug)]
pub struct AllKeys {
    unwrapping: Option<Unwrapping>,
    keys: HashMap<String, Kept>,
}

/// A key as it is kept, unwrapped where it is first needed: by the thread that reads, not by the one that loads.
#[derive(Debug)]
struct Kept {
    wrapped: Vec<u8>,
    open: OnceLock<Option<SubjectKey>>,
}

impl AllKeys {
    /// Without a master key everything is withheld.
    pub(crate) fn none() -> Self {
        Self {
            unwrapping: None,
            keys: HashMap::new(),
        }
    }

    pub(crate) fn wrapped(master: &MasterKey, keys: Vec<(String, Vec<u8>)>) -> Self {
        let kept = |(subject, wrapped)| {
            let open = OnceLock::new();
            (subject, Kept { wrapped, open })
        };
        Self {
            unwrapping: Unwrapping::with(master).ok(),
            keys: keys.into_iter().map(kept).collect(),
        }
    }

    /// A stored payload with its personal values opened or withheld. Costs next to nothing when nothing is sealed.
    #[must_use]
    pub fn open_payload<'a>(&self, payload: &'a str) -> Cow<'a, str> {
        unseal::open(payload, |subject| self.key_of(subject))
    }

    fn key_of(&self, subject: &str) -> Option<&SubjectKey> {
        let kept = self.keys.get(subject)?;
        let unwrap = || {
            let key = self.unwrapping.as_ref()?.unwrap(subject, &kept.wrapped);
            key.inspect_err(|_| tell_wrong_key()).ok()
        };
        kept.open.get_or_init(unwrap).as_ref()
    }
}
