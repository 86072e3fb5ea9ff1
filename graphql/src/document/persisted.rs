//! Automatic persisted queries: a client sends the SHA-256 of a document, and the text only when the service does not know it.

use std::sync::Arc;

use async_graphql::{Request, from_value};
use quick_cache::sync::Cache;
use serde::Deserialize;
use sha2::{Digest, Sha256};

use crate::fault::{Code, Fault, NOT_STORED};

/// How many texts are stored.
const STORED: usize = 1_000;

/// Texts by their hash. Each was valid when it was stored.
#[derive(Clone)]
pub(super) struct PersistedDocuments(Arc<Cache<String, Arc<str>>>);

#[derive(Deserialize)]
struct Extension {
    version: i32,
    #[serde(rename = "sha256Hash")]
    hash: String,
}

/// The hash of a request's stored text.
pub(super) fn wanted(request: &mut Request) -> Result<Option<String>, Fault> {
    let Some(value) = request.extensions.remove("persistedQuery") else {
        return Ok(None);
    };
    match from_value::<Extension>(value) {
        Ok(Extension { version: 1, hash }) => Ok(Some(hash)),
        _ => Err(Fault::bad_input(
            "the extension 'persistedQuery' takes 'version', which is 1, and 'sha256Hash'",
        )),
    }
}

impl PersistedDocuments {
    pub(super) fn new() -> Self {
        Self(Arc::new(Cache::new(STORED)))
    }

    /// The text that was sent, or the one stored under the hash.
    pub(super) fn text(&self, request: &mut Request, hash: Option<&str>) -> Result<Arc<str>, Fault> {
        let text = std::mem::take(&mut request.query);
        match hash {
            Some(hash) if text.is_empty() => self
                .0
                .get(hash)
                .ok_or_else(|| Fault::new(Code::PersistedQueryNotFound, NOT_STORED)),
            Some(hash) if hash != hex::encode(Sha256::digest(&text)) => {
                Err(Fault::bad_input("'sha256Hash' is not the SHA-256 of the query"))
            }
            _ => Ok(text.into()),
        }
    }

    pub(super) fn insert(&self, hash: String, text: Arc<str>) {
        self.0.insert(hash, text);
    }
}
