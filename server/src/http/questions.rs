//! The questions that are open on one socket, by the ids that its client gives them.

use std::{
    collections::HashSet,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use async_graphql::http::ClientMessage;
use serde::Deserialize;

/// Clones are the same questions.
#[derive(Debug, Clone, Default)]
pub(super) struct OpenQuestions(Arc<Mutex<HashSet<String>>>);

/// What matters here of what a client is told.
#[derive(Deserialize)]
struct Told<'t> {
    #[serde(rename = "type")]
    kind: &'t str,
    id: Option<String>,
}

impl OpenQuestions {
    /// Takes note of what the client says; false when it asks under an id that is still open.
    pub(super) fn hear(&self, said: &ClientMessage) -> bool {
        match said {
            ClientMessage::Start { id, .. } => self.open().insert(id.clone()),
            _ => true,
        }
    }

    /// Takes note of what the client is told: the last word of an answer frees its id. Its own wish to hear no more does not,
    /// because it is answered with such a word.
    pub(super) fn tell(&self, text: &str) {
        if let Ok(Told {
            kind: "complete",
            id: Some(id),
        }) = serde_json::from_str(text)
        {
            self.open().remove(&id);
        }
    }

    fn open(&self) -> MutexGuard<'_, HashSet<String>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
