//! Installing tools once, into a folder that all checkouts of a user share.

pub(crate) mod debian;
pub(crate) mod npm;

use std::{
    fs,
    path::{Path, PathBuf},
};

use crate::{WorkbenchError, error::with_causes, folders};

/// The folder `name` among the tools, made by `build` if it is not there yet. It appears complete or not at
/// all, and two processes never make it at once.
pub(crate) fn once(
    tools: &Path,
    name: &str,
    build: impl FnOnce(&Path) -> Result<(), WorkbenchError>,
) -> Result<PathBuf, WorkbenchError> {
    let tools = folders::create(tools)?;
    let finished = tools.join(name);
    if finished.is_dir() {
        return Ok(finished);
    }
    let making = folders::create(&tools.join(format!(".{name}")))?;
    let turn = folders::turnstile(&making)?;
    turn.lock().map_err(WorkbenchError::file("lock", &making))?;
    if finished.is_dir() {
        return Ok(finished);
    }
    let unfinished = making.join("unfinished");
    folders::remove(&unfinished)?;
    fs::create_dir(&unfinished).map_err(WorkbenchError::file("create", &unfinished))?;
    build(&unfinished)?;
    fs::rename(&unfinished, &finished).map_err(WorkbenchError::file("finish", &finished))?;
    Ok(finished)
}

/// Tries one way after another and says how each ended; the first that works is taken.
pub(crate) struct Attempts<T> {
    what: &'static str,
    found: Option<T>,
    tried: Vec<String>,
}

impl<T> Attempts<T> {
    pub(crate) fn at(what: &'static str) -> Self {
        Self {
            what,
            found: None,
            tried: Vec::new(),
        }
    }

    pub(crate) fn or(mut self, way: &str, attempt: impl FnOnce() -> Result<T, WorkbenchError>) -> Self {
        if self.found.is_some() {
            return self;
        }
        tracing::info!("{} is missing here: trying {way}", self.what);
        match attempt() {
            Ok(found) => self.found = Some(found),
            Err(error) => {
                let told = with_causes(&error);
                tracing::info!("{way} did not provide {}: {told}", self.what);
                self.tried.push(format!("{way}: {told}"));
            }
        }
        self
    }

    pub(crate) fn or_ask(self, remedy: &'static str) -> Result<T, WorkbenchError> {
        self.found.ok_or_else(|| WorkbenchError::NotInstalled {
            what: self.what,
            tried: self.tried.join("; "),
            remedy,
        })
    }
}
