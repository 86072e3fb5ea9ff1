//! The audits that the GraphQL foundation publishes for servers that speak GraphQL over HTTP.

use std::path::{Path, PathBuf};

use crate::{
    WorkbenchError,
    install::{self, npm::Npm},
    messaging,
};

/// Package and version.
const PACKAGE: &str = "graphql-http@1.23.1";

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
        let folder = install::once(tools, PACKAGE, what, |folder| {
            Npm::find_or_install(tools)?.fetch(PACKAGE, folder)
        })?;
        Ok(Self {
            node: messaging::node(tools)?,
            module: folder.join("lib/audits/server.mjs"),
        })
    }
}
