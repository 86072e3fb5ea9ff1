//! The folder of one cluster: data, password, port and log.

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
};

use crate::{
    WorkbenchError,
    account::Account,
    folders,
    postgres::{Durability, PostgresBinaries},
    program::Program,
    random::random_hex,
    relocated_dirs,
};

const PASSWORD_BYTES: usize = 24;

/// Where a cluster lives, and as whom.
#[derive(Debug, Clone)]
pub(crate) struct Home {
    folder: PathBuf,
    account: Account,
}

impl Home {
    /// The folder asked for, or one that the account of Postgres can reach.
    pub(crate) fn open(asked: &Path) -> Result<Self, WorkbenchError> {
        let asked = folders::create(asked)?;
        let account = Account::for_postgres(&asked)?;
        let folder = folders::create(&account.reachable(&asked)?)?;
        let home = Self {
            account: Account::for_postgres(&folder.join("data"))?,
            folder,
        };
        home.account.owns_privately(&home.folder)?;
        Ok(home)
    }

    /// Whether a cluster was made for the folder asked for.
    pub(crate) fn is_made(asked: &Path) -> bool {
        let has_data = |folder: &Path| folder.join("data").is_dir();
        has_data(asked) || relocated_dirs::existing(asked).is_some_and(|replacement| has_data(&replacement))
    }

    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    pub(crate) fn data(&self) -> PathBuf {
        self.folder.join("data")
    }

    pub(crate) fn port_file(&self) -> PathBuf {
        self.folder.join("port")
    }

    pub(crate) fn log(&self) -> PathBuf {
        self.folder.join("postgres.log")
    }

    /// The password of the owner, if this cluster asks for one.
    pub(crate) fn password(&self) -> Result<Option<String>, WorkbenchError> {
        let file = self.password_file();
        match fs::read_to_string(&file) {
            Ok(text) => Ok(Some(text.trim().to_owned())),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(WorkbenchError::file("read", &file)(error)),
        }
    }

    /// A program of Postgres, run as its account and in its folder.
    pub(crate) fn program(&self, binaries: &PostgresBinaries, name: &str) -> Program {
        binaries.program(name).account(&self.account).folder(&self.folder)
    }

    /// Makes the cluster if there is none yet. A half-made one is made again.
    pub(crate) async fn initialise(
        &self,
        binaries: &PostgresBinaries,
        durability: Durability,
    ) -> Result<(), WorkbenchError> {
        if self.data().is_dir() {
            return Ok(());
        }
        let (home, binaries) = (self.clone(), binaries.clone());
        tokio::task::spawn_blocking(move || home.initdb(&binaries, durability))
            .await
            .map_err(|source| WorkbenchError::Run {
                program: "initdb".to_owned(),
                source: source.into(),
            })?
    }

    fn initdb(&self, binaries: &PostgresBinaries, durability: Durability) -> Result<(), WorkbenchError> {
        let unfinished = self.folder.join("data.tmp");
        folders::remove(&unfinished)?;
        let initdb = self.program(binaries, "initdb").arg("-D").arg(&unfinished).args([
            "-U",
            "postgres",
            "-E",
            "UTF8",
            "--locale=C.UTF-8",
            "--no-instructions",
        ]);
        let initdb = match durability {
            Durability::Full => {
                self.write_password()?;
                initdb
                    .args(["-A", "scram-sha-256", "--pwfile"])
                    .arg(self.password_file())
            }
            Durability::None => initdb.args(["-A", "trust", "--no-sync"]),
        };
        initdb.run()?;
        fs::rename(&unfinished, self.data()).map_err(WorkbenchError::file("finish", &self.data()))
    }

    fn write_password(&self) -> Result<(), WorkbenchError> {
        let file = self.password_file();
        File::create(&file).map_err(WorkbenchError::file("create", &file))?;
        self.account.owns_privately(&file)?;
        fs::write(&file, random_hex::<PASSWORD_BYTES>()?).map_err(WorkbenchError::file("write", &file))
    }

    fn password_file(&self) -> PathBuf {
        self.folder.join("password")
    }
}
