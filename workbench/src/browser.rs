//! A headless browser, for tests that look at pages as people do: Debian's Chromium, driven by playwright-core.

use std::path::{Path, PathBuf};

use nix::unistd::geteuid;

use crate::{
    WorkbenchError,
    environment::on_path,
    install::{self, Attempts, debian, npm::Npm},
    messaging,
    output::to_stderr,
};

/// Debian's package, and the program in it.
const CHROMIUM: &str = "chromium";

const REMEDY: &str = "apt-get update && apt-get install -y --no-install-recommends chromium";

/// Package and version.
const DRIVER: &str = "playwright-core@1.65.1";

/// What a browser is driven with.
#[derive(Debug)]
pub struct Browser {
    /// A node.
    pub node: PathBuf,
    /// The module of playwright-core.
    pub playwright: PathBuf,
    /// The browser.
    pub chromium: PathBuf,
}

impl Browser {
    /// Installed on the first call, which blocks meanwhile. Only root can install Chromium: for others, where it is missing,
    /// this says how to get it, and there is none.
    ///
    /// # Errors
    /// When something can be installed and is not.
    pub fn find_or_install(tools: &Path) -> Result<Option<Self>, WorkbenchError> {
        let chromium = match on_path(CHROMIUM) {
            Some(chromium) => chromium,
            None if geteuid().is_root() => install_chromium()?,
            None => {
                to_stderr(format_args!(
                    "Skipped: what a browser shows is not tested without Chromium; ask an administrator to run: {REMEDY}"
                ));
                return Ok(None);
            }
        };
        let what = "playwright-core, which drives a browser, from the npm registry";
        let folder = install::once(tools, DRIVER, what, |folder| {
            Npm::find_or_install(tools)?.fetch(DRIVER, folder)
        })?;
        Ok(Some(Self {
            node: messaging::node(tools)?,
            playwright: folder.join("index.js"),
            chromium,
        }))
    }
}

fn install_chromium() -> Result<PathBuf, WorkbenchError> {
    Attempts::at("Chromium")
        .or("Debian's chromium (apt-get install)", || {
            debian::install(CHROMIUM)?;
            on_path(CHROMIUM).ok_or_else(|| WorkbenchError::Failed {
                program: CHROMIUM.to_owned(),
                output: "it was installed, and still is not on PATH".to_owned(),
            })
        })
        .or_ask(REMEDY)
}
