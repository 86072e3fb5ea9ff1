//! The files of the `GraphiQL` page, so that it needs no content delivery network.

use std::path::{Path, PathBuf};

use crate::{
    WorkbenchError, folders,
    install::{self, npm::Npm},
};

/// Package, version, and the files of it that the page loads.
const PACKAGES: [(&str, &str, &[&str]); 3] = [
    ("graphiql", "4.1.2", &["graphiql.min.js", "graphiql.min.css"]),
    ("react", "18.3.1", &["umd/react.production.min.js"]),
    ("react-dom", "18.3.1", &["umd/react-dom.production.min.js"]),
];

/// The folder with `graphiql.min.js`, `graphiql.min.css`, `react.production.min.js` and
/// `react-dom.production.min.js`, fetched on the first call. Blocks while it fetches.
pub fn assets(tools_dir: &Path) -> Result<PathBuf, WorkbenchError> {
    let what = "the GraphiQL page, from the npm registry";
    install::once(tools_dir, "graphiql-4.1.2", what, |folder| {
        let npm = Npm::find_or_install(tools_dir)?;
        PACKAGES
            .iter()
            .try_for_each(|package| fetch(&npm, package, folder))
    })
}

fn fetch(
    npm: &Npm,
    (name, version, files): &(&str, &str, &[&str]),
    folder: &Path,
) -> Result<(), WorkbenchError> {
    let package = folders::create(&folder.join(name))?;
    npm.fetch(&format!("{name}@{version}"), &package)?;
    for file in files.iter().map(|file| package.join(file)) {
        let kept = folder.join(file.file_name().unwrap_or_default());
        std::fs::rename(&file, &kept).map_err(WorkbenchError::file("keep", &kept))?;
    }
    folders::remove(&package)
}
