//! Debian packages: unpacked into a private folder, or installed for the whole machine where unpacking is not enough.

use std::{
    fs,
    path::{Path, PathBuf},
};

use nix::unistd::geteuid;

use crate::{WorkbenchError, environment::on_path, folders, output::to_stderr, program::Program};

/// Packages unpacked into a private folder, with their dependencies that the machine lacks.
#[derive(Debug, Clone)]
pub(crate) struct Unpacked {
    root: PathBuf,
}

impl Unpacked {
    pub(crate) fn at(root: PathBuf) -> Self {
        Self { root }
    }

    pub(crate) fn file(&self, path: &str) -> PathBuf {
        self.root.join(path)
    }

    /// The value of `LD_LIBRARY_PATH` for programs in here.
    pub(crate) fn libraries(&self) -> String {
        let triplet = format!("{}-linux-gnu", std::env::consts::ARCH);
        let folders = ["usr/lib", "lib"].map(|lib| self.root.join(lib).join(&triplet).display().to_string());
        folders.join(":")
    }
}

/// Installs a package for the whole machine. Only root may.
pub(crate) fn install(package: &str) -> Result<(), WorkbenchError> {
    if !geteuid().is_root() {
        return Err(WorkbenchError::Failed {
            program: "apt-get install".to_owned(),
            output: "only root may install packages".to_owned(),
        });
    }
    to_stderr(format_args!(
        "Installing Debian's {package} for the whole machine."
    ));
    // Another installation may hold the lock.
    let wait_for_lock = ["DPkg::Lock::Timeout=300".to_owned()];
    apt_get(&wait_for_lock).arg("update").run()?;
    let install = apt_get(&wait_for_lock).env("DEBIAN_FRONTEND", "noninteractive");
    install
        .args(["install", "-y", "--no-install-recommends", package])
        .run()
        .map(drop)
}

/// Unpacks packages into `folder` without changing the system: package lists and archives are private, and no installation
/// script runs.
pub(crate) fn unpack(packages: &[&str], folder: &Path) -> Result<(), WorkbenchError> {
    let scratch = folder.join(".apt");
    let archives = scratch.join("cache/archives");
    folders::create(&scratch.join("state/lists/partial"))?;
    folders::create(&archives.join("partial"))?;
    let private = [
        format!("Dir::State={}", scratch.join("state").display()),
        "Dir::State::status=/var/lib/dpkg/status".to_owned(),
        format!("Dir::Cache={}", scratch.join("cache").display()),
        "Debug::NoLocking=1".to_owned(),
        "APT::Sandbox::User=".to_owned(),
        "APT::Update::Post-Invoke=".to_owned(),
    ];
    apt_get(&private).arg("update").run()?;
    let download = ["install", "-y", "--no-install-recommends", "--download-only"];
    apt_get(&private).args(download).args(packages).run()?;
    let listed = fs::read_dir(&archives).map_err(WorkbenchError::file("list", &archives))?;
    for archive in listed
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.is_file())
    {
        Program::new("dpkg-deb")
            .arg("--extract")
            .arg(archive)
            .arg(folder)
            .run()?;
    }
    folders::remove(&scratch)
}

fn apt_get(options: &[String]) -> Program {
    let program = Program::new(on_path("apt-get").unwrap_or_else(|| "apt-get".into())).arg("-q");
    options
        .iter()
        .fold(program, |program, option| program.arg("-o").arg(option))
}
