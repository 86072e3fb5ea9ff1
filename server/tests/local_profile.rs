//! The local profile as people meet it: the program itself, on a data folder of its own.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests fail by panicking"
)]
#![expect(clippy::disallowed_methods, reason = "here requests begin: the time is now")]

use std::{
    collections::BTreeSet,
    env, fs,
    net::{Ipv4Addr, TcpListener},
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Stdio},
    time::Duration,
};

use messaging::aws::{AwsSettings, Clients, queue_health};
use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};
use serde_json::{Value, json};
use tempfile::TempDir;

/// Long, because a busy machine is no fault of the program.
const PATIENCE: Duration = Duration::from_mins(3);

/// Asks until there is an answer.
async fn eventually<T>(what: &str, mut ask: impl FnMut() -> Option<T>) -> T {
    let asking = async {
        let mut glances = tokio::time::interval(Duration::from_millis(20));
        loop {
            glances.tick().await;
            if let Some(answer) = ask() {
                return answer;
            }
        }
    };
    let answered = tokio::time::timeout(PATIENCE, asking).await;
    answered.unwrap_or_else(|_| panic!("waited in vain: {what}"))
}

/// A folder that an unprivileged Postgres can pass through.
fn folder() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
    folder
}

/// `allocations serve`, running.
struct Serving {
    program: Child,
    letter: PathBuf,
}

impl Serving {
    fn start(data: &Path, adjust: impl FnOnce(&mut Command)) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = listener.local_addr().unwrap().port().to_string();
        drop(listener);
        let mut command = Command::new(env!("CARGO_BIN_EXE_allocations"));
        command
            .args(["serve", "--prisoners", "20", "--port", &port, "--data-dir"])
            .arg(data)
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        adjust(&mut command);
        Self {
            program: command.spawn().unwrap(),
            letter: data.join("local.json"),
        }
    }

    /// What scripts read, once it is there.
    async fn letter(&mut self) -> Value {
        let letter = eventually("the letter is there", || {
            let ended = self.program.try_wait().unwrap();
            assert_eq!(ended, None, "it ended before it was ready");
            fs::read(&self.letter).ok()
        });
        serde_json::from_slice(&letter.await).unwrap()
    }

    /// The processes that it started, and those that they started.
    fn companions(&self) -> BTreeSet<u32> {
        let parents: Vec<_> = fs::read_dir("/proc")
            .unwrap()
            .flatten()
            .filter_map(|entry| entry.file_name().to_str()?.parse().ok())
            .filter_map(|process| Some((process, status(process, "PPid")?.parse().ok()?)))
            .collect();
        let mut family = BTreeSet::from([self.program.id()]);
        loop {
            let known = family.len();
            let children = parents.iter().filter(|(_, parent)| family.contains(parent));
            family.extend(children.map(|(process, _)| *process).collect::<Vec<u32>>());
            if family.len() == known {
                family.remove(&self.program.id());
                return family;
            }
        }
    }

    /// Tells the program alone to stop, as Ctrl-C does, and waits until it has ended.
    async fn interrupt(mut self) -> ExitStatus {
        let process = Pid::from_raw(self.program.id().try_into().unwrap());
        kill(process, Signal::SIGINT).unwrap();
        eventually("it ends", || self.program.try_wait().unwrap()).await
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        drop(self.program.kill());
        drop(self.program.wait());
    }
}

/// A line of what the kernel says of a process.
fn status(process: u32, name: &str) -> Option<String> {
    let text = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = text
        .lines()
        .find_map(|line| line.strip_prefix(name)?.strip_prefix(':'))?;
    Some(line.trim().to_owned())
}

/// A process that has ended may still wait for somebody to take notice.
fn runs(process: u32) -> bool {
    status(process, "State").is_some_and(|state| !state.starts_with('Z'))
}

/// Sends the example of the letter; what became of the allocation.
async fn send_example(letter: &Value) -> Value {
    let request = reqwest::Client::new()
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
    let read = reqwest::Client::new()
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
    let mut serving = Serving::start(data.path(), |_| {});
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
