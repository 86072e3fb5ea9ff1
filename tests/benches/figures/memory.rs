//! Resident memory of the idle service and of a rebuild, of the release binary: run `cargo build --release` first.

use std::{
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::Duration,
};

use crate::{number, table::Figures};

const MIB: f64 = 1024.0;

pub(crate) async fn measure(figures: &mut Figures) {
    let program = program();
    let folder = tempfile::Builder::new()
        .prefix("memory")
        .tempdir_in("/var/tmp")
        .unwrap();
    let prisoners = number("FIGURES_PRISONERS", 20_000).to_string();
    let seeded = run(&program, folder.path(), &["seed", "--prisoners", &prisoners], &[]);
    watched(seeded, "VmRSS", || false).await;
    let rebuilt = watched(
        run(&program, folder.path(), &["project", "rebuild"], &[]),
        "VmHWM",
        || false,
    )
    .await;
    let letter = folder.path().join("local.json");
    let serving = run(&program, folder.path(), &["serve", "--port", "18099"], &[]);
    let idle = watched(serving, "VmRSS", move || letter.exists()).await;
    eprintln!("idle {idle:.0} MiB, rebuild {rebuilt:.0} MiB");
    figures.note("resident memory of the idle service, of 80 MB", 80.0 / idle, 1.0);
    figures.note(
        "resident memory during the rebuild, of 500 MB",
        500.0 / rebuilt,
        1.0,
    );
}

/// The release binary.
pub(crate) fn program() -> PathBuf {
    let here = std::env::current_exe().unwrap();
    let program = here.parent().unwrap().join("../allocations");
    assert!(
        program.exists(),
        "{} is not there: run `cargo build --release` first",
        program.display()
    );
    program
}

pub(crate) fn run(program: &Path, folder: &Path, arguments: &[&str], settings: &[(&str, &str)]) -> Child {
    Command::new(program)
        .args(arguments)
        .envs(settings.iter().copied())
        .arg("--data-dir")
        .arg(folder)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// The last reading of a process's memory in MiB: before it ends, or ten seconds after `ready`, when it is stopped.
async fn watched(mut child: Child, what: &str, ready: impl Fn() -> bool) -> f64 {
    let mut last = 0.0;
    let mut since_ready = 0;
    while child.try_wait().unwrap().is_none() {
        last = memory(child.id(), what).unwrap_or(last);
        since_ready += u32::from(ready());
        if since_ready > 100 {
            interrupt(&mut child);
            return last;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    last
}

/// Stops a process as Ctrl-C does.
pub(crate) fn interrupt(child: &mut Child) {
    let process = nix::unistd::Pid::from_raw(i32::try_from(child.id()).unwrap());
    nix::sys::signal::kill(process, nix::sys::signal::Signal::SIGINT).unwrap();
    child.wait().unwrap();
}

pub(crate) fn memory(process: u32, what: &str) -> Option<f64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix(what)?.strip_prefix(':'))?;
    line.trim()
        .strip_suffix(" kB")?
        .parse::<f64>()
        .ok()
        .map(|kib| kib / MIB)
}
