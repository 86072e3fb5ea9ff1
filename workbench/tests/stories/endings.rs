//! Servers end with the process that started them, however it ends.

use std::{
    env,
    io::{BufRead, BufReader},
    net::TcpStream,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use workbench::testing::{cluster, local_aws};

const OWNER: &str = "WORKBENCH_STORY_OWNER";
const TIMEOUT: Duration = Duration::from_secs(30);

/// The other half of the story below: starts the servers, prints their ports and waits to be killed.
#[tokio::test]
async fn owner_of_two_servers() {
    if env::var_os(OWNER).is_none() {
        return;
    }
    let messaging = local_aws().await.endpoint();
    println!(
        "\nports {} {}",
        cluster().await.port(),
        messaging.rsplit(':').next().unwrap()
    );
    std::future::pending::<()>().await;
}

#[tokio::test]
async fn a_killed_process_leaves_no_server_behind() {
    let mut owner = Command::new(env::current_exe().unwrap())
        .args(["--exact", "endings::owner_of_two_servers", "--nocapture"])
        .env(OWNER, "yes")
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(owner.stdout.take().unwrap()).lines();
    let told = lines
        .map(Result::unwrap)
        .find_map(|line| line.strip_prefix("ports ").map(str::to_owned));
    let ports: Vec<u16> = told
        .unwrap()
        .split(' ')
        .map(|port| port.parse().unwrap())
        .collect();
    let answers = |port: &u16| TcpStream::connect(("127.0.0.1", *port)).is_ok();
    assert_eq!(ports.iter().filter(|port| answers(port)).count(), 2);

    owner.kill().unwrap();
    owner.wait().unwrap();
    let killed = Instant::now();
    while ports.iter().any(answers) {
        assert!(
            killed.elapsed() < TIMEOUT,
            "one of the ports {ports:?} still answers"
        );
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
