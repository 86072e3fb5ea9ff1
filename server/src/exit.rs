//! How the program ends: 0 done, 1 the thing asked about is not so, 2 usage, 3 a dependency is down.

use std::process::ExitCode;

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// Done.
    Done,
    /// The thing asked about is not so: a difference, a broken chain.
    NotSo,
}

/// A command that was not done.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The command or its input is at fault.
    #[error("{0:#}")]
    Usage(anyhow::Error),
    /// The thing asked about is not so: nobody of that number is known, nothing of that key is parked.
    #[error("{0:#}")]
    NotSo(anyhow::Error),
    /// Something that the command needs is not there.
    #[error("{0:#}")]
    Dependency(anyhow::Error),
}

impl Failure {
    /// The caller's fault.
    pub fn usage(error: impl Into<anyhow::Error>) -> Self {
        Self::Usage(error.into())
    }

    /// What the command is about is not there.
    pub fn not_so(error: impl Into<anyhow::Error>) -> Self {
        Self::NotSo(error.into())
    }

    /// Something else's.
    pub fn dependency(error: impl Into<anyhow::Error>) -> Self {
        Self::Dependency(error.into())
    }
}

/// What most of the program returns: a failure of something that it depends on, unless said otherwise.
impl From<anyhow::Error> for Failure {
    fn from(error: anyhow::Error) -> Self {
        Self::Dependency(error)
    }
}

impl From<Ending> for ExitCode {
    fn from(ending: Ending) -> Self {
        Self::from(match ending {
            Ending::Done => 0,
            Ending::NotSo => 1,
        })
    }
}

impl From<&Failure> for ExitCode {
    fn from(failure: &Failure) -> Self {
        Self::from(match failure {
            Failure::NotSo(_) => 1,
            Failure::Usage(_) => 2,
            Failure::Dependency(_) => 3,
        })
    }
}
