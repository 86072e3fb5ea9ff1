//! The binary `allocations`.

use std::{process::ExitCode, time::Duration};

use clap::Parser;
use server::{cli::Cli, telemetry, to_stderr};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Worker stacks of 8 MiB: deep but legal GraphQL must never overflow one.
const STACK: usize = 8 * 1024 * 1024;

/// How long threads that block may go on after the end; an installation that was interrupted is not waited for.
const TIMEOUT: Duration = Duration::from_secs(2);

fn main() -> ExitCode {
    let cli = Cli::parse();
    telemetry::start(cli.command.log_filter());
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .thread_stack_size(STACK)
        .build();
    let ended = match runtime {
        Ok(runtime) => {
            let ended = runtime.block_on(cli.command.run());
            runtime.shutdown_timeout(TIMEOUT);
            ended
        }
        Err(error) => Err(anyhow::Error::from(error)
            .context("no threads can be started")
            .into()),
    };
    match ended {
        Ok(ending) => ending.into(),
        Err(failure) => {
            to_stderr(format_args!("allocations: {failure}"));
            (&failure).into()
        }
    }
}
