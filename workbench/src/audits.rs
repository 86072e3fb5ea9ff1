//! What the GraphQL foundation publishes to compare a server with: the audits of GraphQL over HTTP, and graphql-js.

use std::path::{Path, PathBuf};

use crate::{
    WorkbenchError,
    install::{self, npm::Npm},
    messaging,
};

/// Package and version.
const AUDITS: &str = "graphql-http@1.23.1";

/// Package and version.
const GRAPHQL_JS: &str = "graphql@16.15.0";

/// What they are run with.
#[derive(Debug)]
pub struct GraphqlOverHttp {
    /// A node.
    pub node: PathBuf,
    /// The module that exports `serverAudits`.
    pub module: PathBuf,
}

impl GraphqlOverHttp {
    /// Fetched on the first call. Blocks while it fetches.
    pub fn find_or_install(tools: &Path) -> Result<Self, WorkbenchError> {
        let what = "the audits of GraphQL over HTTP, from the npm registry";
        let folder = install::once(tools, AUDITS, what, |folder| {
            Npm::find_or_install(tools)?.fetch(AUDITS, folder)
        })?;
        Ok(Self {
            node: messaging::node(tools)?,
            module: folder.join("lib/audits/server.mjs"),
        })
    }
}

/// The reference implementation of GraphQL.
#[derive(Debug)]
pub struct GraphqlJs {
    /// A node.
    pub node: PathBuf,
    /// The module that exports `parse` and `validate`.
    pub module: PathBuf,
}

impl GraphqlJs {
    /// Fetched on the first call. Blocks while it fetches.
    pub fn find_or_install(tools: &Path) -> Result<Self, WorkbenchError> {
        let what = "graphql-js, from the npm registry";
        let folder = install::once(tools, GRAPHQL_JS, what, |folder| {
            Npm::find_or_install(tools)?.fetch(GRAPHQL_JS, folder)
        })?;
        Ok(Self {
            node: messaging::node(tools)?,
            module: folder.join("index.mjs"),
        })
    }
}
