//! Exit codes: 0 done, 1 a negative answer, 2 usage, 3 a dependency is down.

use std::process::ExitCode;

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// Done.
    Done,
    /// The answer is negative: a difference, a broken chain.
    NotSo,
}

/// Why a command failed.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The command or its input is at fault.
    #[error("{0:#}")]
    Usage(anyhow::Error),
    /// The answer is negative: no such prisoner is known, no such message is parked.
    #[error("{0:#}")]
    NotSo(anyhow::Error),
    /// Something that the command needs is unavailable.
    #[error("{0:#}")]
    Dependency(anyhow::Error),
}

impl Failure {
    /// The caller's fault.
    pub fn usage(error: impl Into<anyhow::Error>) -> Self {
        Self::Usage(error.into())
    }

    /// The subject of the command does not exist.
    pub fn not_so(error: impl Into<anyhow::Error>) -> Self {
        Self::NotSo(error.into())
    }

    /// A dependency's fault.
    pub fn dependency(error: impl Into<anyhow::Error>) -> Self {
        Self::Dependency(error.into())
    }
}

/// An error without a kind counts as a failure of a dependency.
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
