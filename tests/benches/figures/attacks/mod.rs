//! A well-behaved client beside callers who take what they can: its 99th percentile under each attack against quiet, and the memory of
//! the service. Of the release binary, with the budgets of production: run `cargo build --release` first.

mod greedy;
mod quiet;

use std::{net::SocketAddr, path::Path, process::Child, time::Duration};

use futures::future::BoxFuture;
use tokio::task::JoinSet;

use self::quiet::Quiet;
use crate::{
    memory::{interrupt, memory, program, run},
    number,
    table::Figures,
};

const PORT: &str = "8139";

/// The budgets of production, which the local profile does not have.
const BUDGET: [(&str, &str); 3] = [
    ("CALLER_COST_PER_SECOND", "250000"),
    ("CALLER_REQUESTS_PER_SECOND", "1000"),
    ("CALLER_REQUESTS_AT_WORK", "8"),
];

/// Somebody who takes what they can, until they are dropped.
type Attacker = BoxFuture<'static, ()>;

pub(crate) async fn measure(figures: &mut Figures) {
    let folder = tempfile::Builder::new()
        .prefix("attacks")
        .tempdir_in("/var/tmp")
        .unwrap();
    let program = program();
    let prisoners = number("FIGURES_PRISONERS", 20_000).min(3_000).to_string();
    let seeding = ["seed", "--prisons", "2", "--prisoners", &prisoners];
    run(&program, folder.path(), &seeding, &[]).wait().unwrap();
    let mut service = run(&program, folder.path(), &["serve", "--port", PORT], &BUDGET);
    let address: SocketAddr = format!("127.0.0.1:{PORT}").parse().unwrap();
    ready(folder.path()).await;
    let token = |user, roles: &[&str]| token(&program, folder.path(), user, roles);
    let mut quiet = Quiet::new(address, &token("QUIET", &["ROLE_ALLOC_MGR"])).await;
    quiet.percentile().await;
    let before = quiet.percentile().await;
    eprintln!("quiet: {before:.1?}, {:.0} MiB", resident(&service));
    let greedy = greedy::Greedy {
        address,
        token: token("GREEDY", &["ROLE_ALLOC_MGR", "ROLE_POM_ALLOCATIONS__AUDIT__RO"]),
        cases: quiet.cases.clone(),
    };
    for (attack, attackers) in greedy.attacks() {
        let during = beside(&mut quiet, attackers).await;
        let (ratio, resident) = (during.as_secs_f64() / before.as_secs_f64(), resident(&service));
        eprintln!("{attack}: {during:.1?}, {resident:.0} MiB");
        figures.note(
            &format!("p99 of 3 times quiet, beside {attack}"),
            3.0 / ratio,
            1.0,
        );
        if attack.holds_memory() {
            figures.note(
                &format!("resident memory of 256 MB, beside {attack}"),
                256.0 / resident,
                1.0,
            );
        }
        // What is left of the attack is over before the next.
        quiet.percentile().await;
    }
    let after = quiet.percentile().await;
    eprintln!("quiet again: {after:.1?}, {:.0} MiB", resident(&service));
    interrupt(&mut service);
}

async fn beside(quiet: &mut Quiet, attackers: Vec<Attacker>) -> Duration {
    let mut attacking = JoinSet::new();
    for attacker in attackers {
        attacking.spawn(attacker);
    }
    tokio::time::sleep(Duration::from_secs(1)).await;
    quiet.percentile().await
}

async fn ready(folder: &Path) {
    while !folder.join("local.json").exists() {
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

fn resident(service: &Child) -> f64 {
    memory(service.id(), "VmRSS").unwrap_or(f64::NAN)
}

fn token(program: &Path, folder: &Path, user: &str, roles: &[&str]) -> String {
    let mut command = std::process::Command::new(program);
    command.args(["token", "--user", user, "--caseload", "LEI", "--data-dir"]);
    command.arg(folder);
    for role in roles {
        command.args(["--role", role]);
    }
    let told = String::from_utf8(command.output().unwrap().stdout).unwrap();
    told.trim().to_owned()
}
