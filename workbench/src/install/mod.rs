//! Installing tools once, into a folder that all checkouts of a user share.

pub(crate) mod debian;
pub(crate) mod npm;

use std::{
    fs,
    path::{Path, PathBuf},
};

use crate::{WorkbenchError, error::with_causes, folders, lock_file, output::to_stderr};

/// The folder `name` among the tools. If it is missing, `build` makes it and standard error says so. It appears complete or
/// not at all, and two processes never make it at once.
pub(crate) fn once(
    tools: &Path,
    name: &str,
    what: &str,
    build: impl FnOnce(&Path) -> Result<(), WorkbenchError>,
) -> Result<PathBuf, WorkbenchError> {
    let tools = folders::create(tools)?;
    let finished = tools.join(name);
    if finished.is_dir() {
        return Ok(finished);
    }
    let making = folders::create(&tools.join(format!(".{name}")))?;
    let lock = lock_file::open(&making)?;
    lock.lock().map_err(WorkbenchError::file("lock", &making))?;
    if finished.is_dir() {
        return Ok(finished);
    }
    let unfinished = making.join("unfinished");
    folders::remove(&unfinished)?;
    fs::create_dir(&unfinished).map_err(WorkbenchError::file("create", &unfinished))?;
    to_stderr(format_args!("Installing {what}, into {}.", finished.display()));
    build(&unfinished)?;
    fs::rename(&unfinished, &finished).map_err(WorkbenchError::file("finish", &finished))?;
    Ok(finished)
}

/// Tries one source after another until one works; reports each failure on standard error.
pub(crate) struct Attempts<T> {
    what: &'static str,
    ended: Option<Result<T, WorkbenchError>>,
    tried: Vec<String>,
}

impl<T> Attempts<T> {
    pub(crate) fn at(what: &'static str) -> Self {
        Self {
            what,
            ended: None,
            tried: Vec::new(),
        }
    }

    pub(crate) fn or(mut self, way: &str, attempt: impl FnOnce() -> Result<T, WorkbenchError>) -> Self {
        if self.ended.is_some() {
            return self;
        }
        match attempt() {
            ended @ (Ok(_) | Err(WorkbenchError::Interrupted)) => self.ended = Some(ended),
            Err(error) => {
                let causes = with_causes(&error);
                to_stderr(format_args!("{way} did not provide {}: {causes}", self.what));
                self.tried.push(format!("{way}: {causes}"));
            }
        }
        self
    }

    pub(crate) fn or_ask(self, remedy: &'static str) -> Result<T, WorkbenchError> {
        self.ended.unwrap_or_else(|| {
            Err(WorkbenchError::NotInstalled {
                what: self.what,
                tried: self.tried.join("; "),
                remedy,
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use std::{env, process::Command};

    use super::*;

    #[test]
    fn nothing_else_is_tried_after_an_interruption() {
        let ended = Attempts::<()>::at("a tool")
            .or("one way", || Err(WorkbenchError::Interrupted))
            .or("another", || panic!("tried all the same"))
            .or_ask("nothing");
        assert!(matches!(ended, Err(WorkbenchError::Interrupted)));
    }

    const TOOLS: &str = "WORKBENCH_INSTALL_TOOLS";

    /// The other half of the test below: finds or makes a tool.
    #[test]
    fn installer() {
        if let Some(tools) = env::var_os(TOOLS) {
            once(Path::new(&tools), "tool", "a tool", |_| Ok(())).unwrap();
        }
    }

    #[test]
    fn an_installation_is_said_once_though_the_test_runner_keeps_what_tests_print() {
        let tools = tempfile::tempdir().unwrap();
        let said = || {
            let installer = Command::new(env::current_exe().unwrap())
                .args(["--exact", "install::tests::installer"])
                .env(TOOLS, tools.path())
                .output()
                .unwrap();
            assert!(installer.status.success());
            String::from_utf8(installer.stderr).unwrap()
        };
        let expected = format!(
            "Installing a tool, into {}.\n",
            tools.path().join("tool").display()
        );
        assert_eq!(said(), expected);
        assert_eq!(said(), "");
    }
}
