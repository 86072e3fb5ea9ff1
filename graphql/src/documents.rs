//! Documents met lately. A program sends the same few texts again and again, with other variables: they need not be parsed
//! each time.

use std::sync::Arc;

use async_graphql::{
    ServerResult, Variables,
    async_trait::async_trait,
    extensions::{Extension, ExtensionContext, ExtensionFactory, NextParseQuery},
    parser::types::ExecutableDocument,
};
use quick_cache::{Weighter, sync::Cache};

/// Bytes of text remembered; parsed they take many times as much.
const REMEMBERED: u64 = 512 * 1024;
/// How long a text usually is.
const USUAL: u64 = 512;

/// Remembers documents that were parsed and found within the limits, by their text. Clones share what is remembered.
#[derive(Clone)]
pub(crate) struct Documents(Arc<Cache<String, Arc<ExecutableDocument>, ByLength>>);

/// A document counts as much as its text is long.
#[derive(Clone)]
struct ByLength;

impl<Document> Weighter<String, Document> for ByLength {
    fn weight(&self, text: &String, _: &Document) -> u64 {
        u64::try_from(text.len()).unwrap_or(u64::MAX)
    }
}

impl Documents {
    pub(crate) fn new() -> Self {
        let count = usize::try_from(REMEMBERED.div_euclid(USUAL)).unwrap_or_default();
        Self(Arc::new(Cache::with_weighter(count, REMEMBERED, ByLength)))
    }
}

impl ExtensionFactory for Documents {
    fn create(&self) -> Arc<dyn Extension> {
        Arc::new(self.clone())
    }
}

#[async_trait]
impl Extension for Documents {
    async fn parse_query(
        &self,
        ctx: &ExtensionContext<'_>,
        query: &str,
        variables: &Variables,
        next: NextParseQuery<'_>,
    ) -> ServerResult<ExecutableDocument> {
        // Without a text it was asked for by its hash, and has been parsed.
        if query.is_empty() {
            return next.run(ctx, query, variables).await;
        }
        if let Some(document) = self.0.get(query) {
            return Ok(document.as_ref().clone());
        }
        let document = next.run(ctx, query, variables).await?;
        self.0.insert(query.to_owned(), Arc::new(document.clone()));
        Ok(document)
    }
}
