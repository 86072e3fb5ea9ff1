//! What commands do where they should not do what they were asked, and what they need to do it.

use std::{
    io::{self, BufRead, BufReader},
    process::{Command, Stdio},
    time::Duration,
};

use domain::StaffId;
use event_store::{ConnectOptions, Lease, follow::lease_name};
use simulator::tokens::TokenIssuer;
use sqlx::{Connection, PgConnection};
use uuid::Uuid;
use workbench::testing::fresh_database;

use crate::program::{KEY, Place};

const ON_THE_DATABASE: [&str; 12] = [
    "migrate",
    "doctor",
    "audit verify",
    "audit show A1234BC",
    "outbox status",
    "inbox status",
    "process status",
    "project status",
    "project rebuild",
    "project rewrite",
    "erase A1234BC --reason asked",
    "token --role ROLE_ALLOC_MGR",
];

pub(crate) async fn on_a_fresh_database(more: &[(&str, &str)]) -> Place {
    let database = fresh_database().await;
    let place = Place::with(&[&[("DATABASE_URL", database.url())][..], more].concat());
    assert_eq!(place.run("migrate").code, 0);
    place
}

#[test]
fn where_there_is_no_database_commands_say_so_and_make_none() {
    let place = Place::with(&[]);
    for words in ON_THE_DATABASE {
        let ended = place.run(words);
        assert_eq!(ended.code, 2, "{words}: {}", ended.complained);
        assert!(
            ended.complained.contains("`allocations serve`"),
            "{}",
            ended.complained
        );
        assert_eq!(ended.told, "");
    }
    assert!(place.is_bare());
}

#[test]
fn half_a_configuration_is_not_the_local_profile() {
    let place = Place::with(&[KEY, ("DOMAIN_EVENTS_TOPIC_ARN", "arn")]);
    for words in ["serve", "seed --prisoners 1", "audit verify"] {
        let ended = place.run(words);
        assert_eq!(ended.code, 2, "{words}: {}", ended.complained);
        assert!(ended.complained.contains("DATABASE_URL"), "{}", ended.complained);
    }
    assert!(place.is_bare());
}

#[test]
fn a_malformed_key_is_a_mistake_in_every_command() {
    let place = Place::with(&[("DATABASE_URL", "postgres://nowhere"), (KEY.0, "c2hvcnQ=")]);
    for words in [
        "serve",
        "migrate",
        "audit verify",
        "outbox status",
        "project rebuild",
    ] {
        let ended = place.run(words);
        assert_eq!(ended.code, 2, "{words}: {}", ended.complained);
        let expected = "the configuration is not usable:\n  PERSONAL_DATA_KEY must be 32 bytes as base64";
        assert!(ended.complained.contains(expected), "{}", ended.complained);
    }
}

#[tokio::test]
async fn the_database_is_enough_for_what_opens_nothing_personal() {
    let place = on_a_fresh_database(&[]).await;
    for words in [
        "migrate",
        "doctor",
        "audit verify",
        "outbox status",
        "outbox parked",
        "inbox status",
        "inbox parked",
        "process status",
        "process parked",
        "project status",
    ] {
        let ended = place.run(words);
        assert_eq!(ended.code, 0, "{words}: {}", ended.complained);
    }
    for words in [
        "audit show A1234BC",
        "project rebuild",
        "project switch poms 1",
        "seed --prisoners 1 --into-configured-database",
    ] {
        let ended = place.run(words);
        assert_eq!(ended.code, 2, "{words}: {}", ended.complained);
        assert!(
            ended.complained.contains("PERSONAL_DATA_KEY is not set"),
            "{}",
            ended.complained
        );
    }
}

#[tokio::test]
async fn a_build_that_was_kept_is_shown_again_and_the_other_one_dropped() {
    let place = on_a_fresh_database(&[KEY]).await;
    let rebuilt = place.run("project rebuild poms --keep-previous");
    assert_eq!(rebuilt.code, 0, "{}", rebuilt.complained);
    let builds = || {
        let told = place.run("project status").told;
        let poms = told.lines().filter(|line| line.starts_with("poms"));
        poms.map(|line| line.split(',').next().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(builds(), ["poms build 1: Previous", "poms build 2: Live"]);

    assert_eq!(place.run("project drop poms 2").code, 1, "readers see it");
    assert_eq!(place.run("project switch poms 3").code, 1, "there is none");
    assert_eq!(place.run("project switch poms 1").code, 0);
    assert_eq!(builds(), ["poms build 1: Live", "poms build 2: Previous"]);
    assert_eq!(place.run("project drop poms 2").code, 0);
    assert_eq!(builds(), ["poms build 1: Live"]);
}

/// An event to fold, a message to send and one that was received.
const UNDONE: &str = "
    update es.head set position = 1;
    insert into es.outbox
    values (1, 0, 'A1234BC', 'news', '{}', 'allocation-A1234BC', gen_random_uuid(), 1, now(), now());
    insert into es.inbox_message (queue, message_id, state) values ('queue', '1', 'kept')";

/// An event of the stream of somebody's case information, who has no other.
const ASSESSED: &str = "
    insert into es.event
        (position, stream_id, version, event_id, event_type, schema_version, payload, metadata, recorded_at, hash)
    values (1, 'case-A1234BC', 1, gen_random_uuid(), 'ComplexityAssessed', 1, '{}', '{}', now(), sha256('assessed'))";

#[tokio::test]
async fn doctor_says_when_nobody_does_the_work_of_a_service() {
    let database = fresh_database().await;
    let place = Place::with(&[("DATABASE_URL", database.url()), KEY]);
    for words in ["migrate", "project rebuild", "doctor"] {
        assert_eq!(place.run(words).code, 0, "{words}");
    }
    let nothing_waits = place.run("doctor").told;
    assert!(
        nothing_waits.ends_with("No service runs, and nothing waits for one.\n"),
        "{nothing_waits}"
    );
    let mut owner = PgConnection::connect(database.url()).await.unwrap();
    sqlx::raw_sql(UNDONE).execute(&mut owner).await.unwrap();

    let idle = place.run("doctor");
    assert_eq!(idle.code, 1, "{}", idle.complained);
    for arrow in [
        "-> nobody folds the log",
        "-> nobody sends them",
        "-> nobody runs it",
    ] {
        assert!(idle.told.contains(arrow), "{}", idle.told);
    }

    let process = lease_name("inactive-pom");
    for work in [projections::LEASE, messaging::relay::LEASE, &process] {
        let taken = Lease::acquire(&mut owner, work, Uuid::now_v7(), Duration::from_mins(10)).await;
        assert!(taken.unwrap().is_some());
    }
    let busy = place.run("doctor");
    assert_eq!(busy.code, 0, "{}", busy.told);
}

#[tokio::test]
async fn doctor_says_that_a_log_with_events_has_no_read_models() {
    let database = fresh_database().await;
    let place = Place::with(&[("DATABASE_URL", database.url()), KEY]);
    assert_eq!(place.run("migrate").code, 0);
    assert_eq!(place.run("doctor").code, 0, "an empty log needs none");
    let mut owner = PgConnection::connect(database.url()).await.unwrap();
    sqlx::raw_sql(UNDONE).execute(&mut owner).await.unwrap();
    let found = place.run("doctor");
    assert!(
        found.told.contains("-> there are no read models yet"),
        "{}",
        found.told
    );
}

/// A task of an event that could not be read.
const PARKED_TASK: &str = "
    insert into es.task (follower, key, cause, due_at, parked_at, reason)
    values ('inactive-pom', 'pom-LEI-102', 1, now(), now(), 'it cannot be read')";

#[tokio::test]
async fn a_parked_task_of_a_process_is_shown_until_it_is_taken_up_again() {
    let database = fresh_database().await;
    let place = Place::with(&[("DATABASE_URL", database.url()), KEY]);
    assert_eq!(place.run("migrate").code, 0);
    let mut owner = PgConnection::connect(database.url()).await.unwrap();
    for row in [ASSESSED, PARKED_TASK] {
        sqlx::raw_sql(row).execute(&mut owner).await.unwrap();
    }
    let status = place.run("process status");
    assert_eq!(status.code, 1, "{}", status.told);
    assert!(
        status.told.contains("not running") && status.told.contains("1 are parked"),
        "{}",
        status.told
    );
    let parked = place.run("process parked");
    assert_eq!(parked.code, 1, "{}", parked.told);
    for part in ["pom-LEI-102", "it cannot be read", "ComplexityAssessed"] {
        assert!(parked.told.contains(part), "{}", parked.told);
    }
    let found = place.run("doctor").told;
    assert!(found.contains("-> 1 tasks are parked"), "{found}");

    assert_eq!(place.run("process retry inactive-pom pom-LEI-102").code, 0);
    assert_eq!(place.run("process parked").code, 0);
}

#[tokio::test]
async fn what_is_not_there_ends_a_command_with_1() {
    let place = on_a_fresh_database(&[KEY]).await;
    for words in [
        "erase A1234BC --reason asked",
        "outbox retry A1234BC",
        "outbox discard A1234BC --reason asked",
        "inbox retry 7",
        "inbox discard 7 --reason asked",
        "process retry inactive-pom pom-LEI-102",
        "audit show A1234BC",
        "project switch poms 7",
    ] {
        let ended = place.run(words);
        assert_eq!(ended.code, 1, "{words}: {}", ended.complained);
    }
}

/// Case information is recorded in a stream of its own, maybe before anything else is.
#[tokio::test]
async fn a_person_of_whom_only_case_information_is_known_can_be_erased() {
    let database = fresh_database().await;
    let place = Place::with(&[("DATABASE_URL", database.url()), KEY]);
    assert_eq!(place.run("migrate").code, 0);
    let mut owner = PgConnection::connect(database.url()).await.unwrap();
    assert_eq!(place.run("erase A1234BC --reason asked").code, 1);
    sqlx::raw_sql(ASSESSED).execute(&mut owner).await.unwrap();
    let erased = place.run("erase A1234BC --reason asked");
    assert_eq!(erased.code, 0, "{}", erased.complained);
}

#[tokio::test]
async fn doctor_says_that_nothing_runs_however_long_the_leases_of_a_killed_service_last() {
    let database = fresh_database().await;
    let place = Place::with(&[("DATABASE_URL", database.url()), KEY]);
    for words in ["migrate", "project rebuild"] {
        assert_eq!(place.run(words).code, 0, "{words}");
    }
    let mut owner = PgConnection::connect(database.url()).await.unwrap();
    sqlx::raw_sql(UNDONE).execute(&mut owner).await.unwrap();
    let service = event_store::connect(database.url(), ConnectOptions::default()).await;
    let service = service.unwrap();
    let process = lease_name("inactive-pom");
    for work in [projections::LEASE, messaging::relay::LEASE, &process] {
        let mut session = service.acquire().await.unwrap();
        let taken = Lease::acquire(&mut session, work, Uuid::now_v7(), Duration::from_mins(10)).await;
        assert!(taken.unwrap().is_some());
    }
    let busy = place.run("doctor");
    assert_eq!(busy.code, 0, "{}", busy.told);
    assert!(
        busy.told
            .contains("service: one folds the log and sends messages"),
        "{}",
        busy.told
    );

    // As by a kill: its sessions end, and nothing is given back.
    service.close().await;
    let sessions = "select count(*) from pg_locks where locktype = 'advisory'
        and database = (select oid from pg_database where datname = current_database())";
    // The server ends a session a moment after its client.
    while sqlx::query_scalar::<_, i64>(sessions)
        .fetch_one(&mut owner)
        .await
        .unwrap()
        > 0
    {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let idle = place.run("doctor");
    assert_eq!(idle.code, 1, "{}", idle.told);
    for line in [
        "service: none runs",
        "-> nobody folds the log",
        "-> nobody sends them",
        "-> nobody works on them",
        "-> nobody runs it",
    ] {
        assert!(idle.told.contains(line), "{}", idle.told);
    }
}

#[tokio::test]
async fn doctor_says_that_a_database_takes_no_writes() {
    let database = fresh_database().await;
    let place = Place::with(&[("DATABASE_URL", database.url()), KEY]);
    assert_eq!(place.run("migrate").code, 0);
    let mut owner = PgConnection::connect(database.url()).await.unwrap();
    let read_only = "do $$ begin
        execute format('alter database %I set default_transaction_read_only = on', current_database());
    end $$";
    sqlx::raw_sql(read_only).execute(&mut owner).await.unwrap();
    let ended = place.run("doctor");
    assert_eq!(ended.code, 1, "{}", ended.complained);
    assert!(
        ended.told.contains("-> the database takes no writes"),
        "{}",
        ended.told
    );
    assert_eq!(place.run("audit verify").code, 0, "what only looks works");
    let refused = place.run("migrate");
    assert_eq!(refused.code, 3);
    assert!(
        refused.complained.contains("takes no writes"),
        "{}",
        refused.complained
    );
}

#[tokio::test]
async fn an_estate_in_a_configured_database_is_made_once_and_leaves_nothing_beside_it() {
    let place = on_a_fresh_database(&[KEY]).await;
    let refused = place.run("seed --prisons 2 --prisoners 12");
    assert_eq!(refused.code, 2, "only when it is said");
    assert!(
        refused.complained.contains("--into-configured-database"),
        "{}",
        refused.complained
    );
    let small = "seed --prisons 2 --prisoners 12 --years 2 --into-configured-database";
    let seed = |words: &str| {
        let ended = place.run(words);
        assert_eq!(ended.code, 0, "{}", ended.complained);
        assert!(ended.told.starts_with("12 prisoners"), "{}", ended.told);
        place.run("audit verify").told
    };
    assert_eq!(seed(small), seed(small));
    let waiting = place.run("outbox status").told;
    assert!(waiting.starts_with("0 messages wait"), "{waiting}");
    assert!(place.is_bare());

    let other = place.run(&format!("{small} --until 2026-01-01"));
    assert_eq!(other.code, 2);
    assert!(other.complained.contains("--until"), "{}", other.complained);
}

#[tokio::test]
async fn an_auditor_is_told_where_a_prisoner_is_and_not_where_they_were_allocated() {
    let place = on_a_fresh_database(&[KEY]).await;
    let seed = "seed --prisons 2 --prisoners 60 --years 3 --into-configured-database";
    assert_eq!(place.run(seed).code, 0);
    let url = &place.setting("DATABASE_URL");
    let mut owner = PgConnection::connect(url).await.unwrap();
    let departures = "select position, substring(stream_id from 10), event_type from es.event
        where event_type in ('PrisonerReleased', 'PrisonerTransferredOut') order by position limit 3";
    let departures: Vec<(i64, String, String)> =
        sqlx::query_as(departures).fetch_all(&mut owner).await.unwrap();
    assert!(!departures.is_empty(), "somebody left a prison in three years");
    for (position, noms, event) in departures {
        let shown = place.run(&format!("audit show {noms} --as-of-position {position}"));
        let end = shown.told.lines().last().unwrap_or_default();
        let expected = match &*event {
            "PrisonerReleased" => "So: not in prison;",
            _ => "So: left ",
        };
        assert!(end.starts_with(expected), "{event}: {end}");
    }
}

#[test]
fn arguments_of_a_token_are_understood_or_refused_and_nothing_is_made_up_silently() {
    let place = Place::with(&[]);
    TokenIssuer::open(place.path().join(".local/token-key.pem")).unwrap();
    for refused in [
        "--role ROLE_ALLOC_MGR --minutes 0",
        "--role ROLE_ALLOC_MGR --caseload LEI,lei",
        "--role ROLE_ALLOC_CASE_MGR --staff-id 0 --caseload LEI",
        "--role ROLE_ALLOC_CASE_MGR --staff-id 485926",
        "--role ROLE_ALLOC_MGR --caseload QQQ",
        "--role ROLE_ALLOC_MGR --caseload LEI --user A\u{a0}B",
        "--role ROLE\u{2028}X",
        "--role ROLE_ALLOC_MGRR --caseload LEI",
        "--role ROLE_ALLOC_MGR --caseload LEI --user ..",
    ] {
        assert_eq!(place.run(&format!("token {refused}")).code, 2, "{refused}");
    }
    let both =
        place.run("token --role ROLE_ALLOC_MGR,ROLE_VIEW_POM_ALLOCATIONS --caseload LEI,MDI --user BOTH");
    assert_eq!((both.code, &*both.complained), (0, ""));
    let nameless = place.run("token --role ROLE_ALLOC_CASE_MGR --caseload LEI --user ANN");
    assert!(
        nameless.complained.contains("--staff-id"),
        "{}",
        nameless.complained
    );
    let named = place.run("token --role ROLE_ALLOC_CASE_MGR --caseload LEI --user ANN --staff-id 485926");
    assert_eq!((named.code, &*named.complained), (0, ""));

    let issuer = TokenIssuer::open(place.path().join(".local/token-key.pem")).unwrap();
    let user = |name| issuer.user(name).unwrap().unwrap();
    assert_eq!(user("BOTH").caseloads.len(), 2);
    assert_eq!(user("ANN").staff_id, StaffId::try_from(485_926).unwrap());
    let claims = issuer.verify(both.told.trim()).unwrap();
    assert_eq!(
        claims.authorities,
        ["ROLE_ALLOC_MGR", "ROLE_VIEW_POM_ALLOCATIONS"]
    );
}

#[test]
fn whoever_is_asked_for_cases_on_a_terminal_is_told_so() {
    let place = Place::with(&[]);
    let program = env!("CARGO_BIN_EXE_allocations");
    // `script` makes a terminal.
    let mut terminal = Command::new("script")
        .args(["--quiet", "--command"])
        .arg(format!("{program} policy handover"))
        .arg("/dev/null")
        .current_dir(place.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut first = String::new();
    BufReader::new(terminal.stdout.take().unwrap())
        .read_line(&mut first)
        .unwrap();
    terminal.kill().unwrap();
    terminal.wait().unwrap();
    assert!(first.contains("Reading cases from the terminal"), "{first}");
}

#[test]
fn whoever_has_read_enough_may_close_the_pipe() {
    let place = Place::with(&[]);
    for words in ["schema graphql", "schema events"] {
        let (reader, writer) = io::pipe().unwrap();
        drop(reader);
        let mut command = place.command(words);
        let ended = command.stdout(Stdio::from(writer)).output().unwrap();
        let complained = String::from_utf8(ended.stderr).unwrap();
        assert_eq!((ended.status.code(), &*complained), (Some(0), ""), "{words}");
    }
}
