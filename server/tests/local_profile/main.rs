//! The local profile as people meet it: the program itself, on a data folder of its own.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests fail by panicking"
)]
#![expect(clippy::disallowed_methods, reason = "here requests begin: the time is now")]

mod browser;
mod pages;
mod privacy;
mod running;
mod together;

use std::{
    env, fs,
    os::unix::fs::PermissionsExt,
    process::{Command, Stdio},
};

use messaging::aws::{AwsSettings, Clients, queue_health};
use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};
use serde_json::{Value, json};

use crate::running::{Serving, eventually, folder, runs, status};

/// An HTTP client.
fn http() -> reqwest::Client {
    hmpps::use_ring_for_tls();
    reqwest::Client::new()
}

/// Sends the example of the letter; what became of the allocation.
async fn send_example(letter: &Value) -> Value {
    let request = http()
        .post(letter["graphql"].as_str().unwrap())
        .bearer_auth(letter["token"].as_str().unwrap())
        .json(&letter["sampleMutation"]);
    let answer: Value = request.send().await.unwrap().json().await.unwrap();
    let payload = &answer["data"]["allocatePrimaryPom"];
    assert_eq!(payload["userErrors"], json!([]), "{answer}");
    payload["allocation"].clone()
}

/// The next message that consumers get, and how many wait behind it.
async fn next_message(letter: &Value) -> (Value, String) {
    let text = |member: &str| letter["aws"][member].as_str().unwrap().to_owned();
    let clients = Clients::new(&AwsSettings {
        region: text("region"),
        endpoint: Some(text("endpoint")),
        credentials: Some((text("accessKeyId"), text("secretAccessKey"))),
    })
    .await;
    let queue = text("downstreamQueueUrl");
    let receive = clients.sqs.receive_message().queue_url(&queue);
    let received = receive.wait_time_seconds(5).send().await.unwrap();
    let message = received.messages().first().unwrap();
    let notification: Value = serde_json::from_str(message.body().unwrap()).unwrap();
    let health = queue_health(&clients.sqs, queue.rsplit('/').next().unwrap()).await;
    let message = serde_json::from_str(notification["Message"].as_str().unwrap()).unwrap();
    (message, health.details["messagesOnQueue"].clone())
}

#[tokio::test]
async fn the_example_works_at_every_start_its_consumers_hear_of_nothing_else_and_ctrl_c_ends_everything() {
    let data = folder();
    let mut serving = Serving::start(data.path(), |_| {});
    let letter = serving.letter().await;
    assert_eq!(send_example(&letter).await["version"], 1);

    let (message, behind) = next_message(&letter).await;
    assert_eq!(behind, "0", "what is invented is no news");
    let noms = &message["personReference"]["identifiers"][0]["value"];
    assert_eq!(noms, &letter["sampleNomsNumber"]);
    let read = http()
        .get(message["detailUrl"].as_str().unwrap())
        .bearer_auth(letter["token"].as_str().unwrap());
    assert_eq!(read.send().await.unwrap().status().as_u16(), 200);

    let companions = serving.companions();
    assert!(companions.len() > 1, "Postgres and the local SNS and SQS run");
    let file = serving.letter.clone();
    assert!(serving.interrupt().await.success());
    let left: Vec<_> = companions.into_iter().filter(|process| runs(*process)).collect();
    assert_eq!(left, [] as [u32; 0], "still running");
    assert!(!file.exists(), "the letter is of a service that has ended");

    let mut again = Serving::start(data.path(), |_| {});
    let letter = again.letter().await;
    assert_eq!(
        send_example(&letter).await["version"],
        2,
        "the data is found again"
    );
    assert!(again.interrupt().await.success());
}

#[tokio::test]
async fn whoever_loses_postgres_ends_and_the_next_start_finds_the_data() {
    let data = folder();
    let elsewhere = folder();
    let complaints = elsewhere.path().join("complaints");
    let mut serving = Serving::start(data.path(), |command| {
        command.stderr(fs::File::create(&complaints).unwrap());
    });
    let letter = serving.letter().await;
    send_example(&letter).await;
    let parent = serving.program.id().to_string();
    let postmaster = serving.companions().into_iter().find(|process| {
        let told = |name| status(*process, name);
        told("Name").as_deref() == Some("postgres") && told("PPid").as_deref() == Some(&*parent)
    });
    let postmaster = Pid::from_raw(postmaster.unwrap().try_into().unwrap());
    kill(postmaster, Signal::SIGKILL).unwrap();
    let ended = eventually("it ends", || serving.program.try_wait().unwrap()).await;
    assert_eq!(ended.code(), Some(3));
    let complaints = fs::read_to_string(complaints).unwrap();
    assert_eq!(
        complaints.lines().last(),
        Some("allocations: Postgres has ended: start again")
    );

    let mut again = Serving::start(data.path(), |_| {});
    let letter = again.letter().await;
    assert_eq!(send_example(&letter).await["version"], 2);
    assert!(again.interrupt().await.success());
}

#[tokio::test]
async fn ctrl_c_during_an_installation_ends_it_and_whatever_was_started_before() {
    let (data, machine) = (folder(), folder());
    let npm = machine.path().join("npm");
    let started = machine.path().join("started");
    let lasting = format!("#!/bin/sh\necho $$ >{}\nexec sleep 600\n", started.display());
    let failing = "#!/bin/sh\nexit 1\n";
    let scripts = [("npm", &*lasting), ("node", failing), ("apt-get", failing)];
    for (name, script) in scripts {
        let file = machine.path().join(name);
        fs::write(&file, script).unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).unwrap();
    }
    let stale = data.path().join("local.json");
    fs::write(&stale, "{}").unwrap();
    let path = format!("{}:{}", machine.path().display(), env::var("PATH").unwrap());
    let serving = Serving::start(data.path(), |command| {
        command
            .env("PATH", path)
            .env("POM_TOOLS_DIR", machine.path().join("tools"));
    });
    let installer: u32 = eventually("something is installed", || {
        fs::read_to_string(&started).ok()?.trim().parse().ok()
    })
    .await;
    assert!(!stale.exists(), "a letter of an earlier run would mislead");

    let companions = serving.companions();
    assert!(companions.contains(&installer), "{} runs", npm.display());
    assert!(serving.interrupt().await.success());
    eventually("nothing is left", || {
        (!companions.iter().any(|process| runs(*process))).then_some(())
    })
    .await;
}

#[test]
fn a_seeding_goes_on_to_the_day_it_was_begun_with_and_its_folder_is_not_filled_with_another() {
    let data = folder();
    let seed = |more: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_allocations"));
        command.args(["seed", "--prisons", "1", "--prisoners", "30", "--years", "1"]);
        command.args(more).arg("--data-dir").arg(data.path());
        command
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .unwrap()
    };
    assert!(seed(&["--until", "2026-03-01"]).success());
    assert!(seed(&[]).success(), "the day is that of the folder");
    assert_eq!(
        seed(&["--until", "2026-03-02"]).code(),
        Some(2),
        "another estate is refused"
    );
    let estate = fs::read_to_string(data.path().join("estate.json")).unwrap();
    assert!(estate.contains("2026-03-01"), "{estate}");
}
