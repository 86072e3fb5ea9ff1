//! Several commands work on one data folder, and none takes away what another uses.

use std::{
    fs,
    io::{BufRead, BufReader, Read},
    path::Path,
    process::{Child, Command, Output, Stdio},
};

use workbench::postgres::{Cluster, ClusterOptions, Durability, PostgresBinaries};

use crate::running::{Serving, folder};

/// Reads what a program complains of until it says this.
fn until_it_says(program: &mut Child, words: &str) -> impl Read + use<> {
    let mut lines = BufReader::new(program.stderr.take().unwrap());
    let mut line = String::new();
    while !line.contains(words) {
        line.clear();
        assert_ne!(
            lines.read_line(&mut line).unwrap(),
            0,
            "it ended and never said {words:?}"
        );
    }
    lines
}

#[tokio::test]
async fn a_service_waits_for_the_command_that_started_the_postgres_of_its_folder() {
    let data = folder();
    fs::write(data.path().join("local.json"), "{}").unwrap();
    let tools = workbench::default_tools_dir();
    let mut command = Cluster::start(ClusterOptions {
        data_dir: data.path().join("postgres"),
        binaries: PostgresBinaries::find_or_install(&tools).unwrap(),
        durability: Durability::Full,
        port: None,
        settings: Vec::new(),
    })
    .await
    .unwrap();
    let mut serving = Serving::start(data.path(), |program| {
        program.stderr(Stdio::piped());
    });
    let _unread = until_it_says(&mut serving.program, "waiting until it has ended");
    command.stop().await.unwrap();
    let letter = serving.letter().await;
    assert_eq!(crate::send_example(&letter).await["version"], 1);
    assert!(serving.interrupt().await.success());
}

fn seed(data: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_allocations"));
    command.args(["seed", "--prisons", "4", "--prisoners", "20000", "--data-dir"]);
    command.arg(data).stdout(Stdio::null()).stderr(Stdio::piped());
    command
}

#[test]
fn a_folder_that_is_being_seeded_is_neither_seeded_nor_served_by_another() {
    let data = folder();
    let mut seeding = seed(data.path()).spawn().unwrap();
    let _unread = until_it_says(&mut seeding, "Seeding 20000 prisoners");
    let second = seed(data.path()).output().unwrap();
    let mut serve = Command::new(env!("CARGO_BIN_EXE_allocations"));
    serve
        .args(["serve", "--port", "0", "--data-dir"])
        .arg(data.path());
    for Output { status, stderr, .. } in [second, serve.output().unwrap()] {
        let complained = String::from_utf8(stderr).unwrap();
        assert_eq!(status.code(), Some(3), "{complained}");
        assert!(complained.contains("a seeding is at work in "), "{complained}");
        assert!(complained.contains("wait until it has ended"), "{complained}");
    }
    assert_eq!(seeding.try_wait().unwrap(), None, "the first goes on");
    seeding.kill().unwrap();
    seeding.wait().unwrap();
}
