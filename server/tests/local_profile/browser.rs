//! The first minute in a browser: the page at `/`, `GraphiQL` with its schema, and a mutation that is sent twice.

use std::{path::Path, process::Command};

use serde_json::Value;
use workbench::browser::Browser;

use crate::running::{Serving, folder};

/// Prints a line of JSON for each thing that it saw.
const SCRIPT: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/tests/local_profile/first_minute.mjs"
);

#[tokio::test(flavor = "multi_thread")]
async fn the_first_page_leads_to_graphiql_with_its_schema_and_a_mutation_sent_twice_explains_itself() {
    let tools = workbench::default_tools_dir();
    let found = tokio::task::spawn_blocking(move || Browser::find_or_install(&tools));
    let Some(browser) = found.await.unwrap().unwrap() else {
        // It has been said how to get one.
        return;
    };
    let (data, profile) = (folder(), folder());
    let mut serving = Serving::start(data.path(), |_| {});
    let letter = serving.letter().await;
    let base = letter["base"].as_str().unwrap().to_owned();
    let seen = tokio::task::spawn_blocking(move || look(&browser, &base, profile.path()));
    let seen = seen.await.unwrap();

    assert_eq!(seen["home"]["heading"], "Allocations");
    assert!(
        seen["home"]["text"]
            .as_str()
            .unwrap()
            .contains("Send the same again")
    );
    let types = seen["schema"].as_str().unwrap();
    assert!(types.contains("Query") && types.contains("Mutation"), "{types}");
    assert_eq!(seen["errors"], serde_json::json!([]), "the console is quiet");
    let answer = |name: &str| -> Value { serde_json::from_str(seen[name].as_str().unwrap()).unwrap() };
    assert!(
        answer("list")["data"]["cases"]["totalCount"].is_number(),
        "{seen}"
    );
    let first = &answer("first")["data"]["allocatePrimaryPom"];
    assert!(
        first["position"].is_string() && first["allocation"]["primaryPom"]["name"].is_string(),
        "{first}"
    );
    let second = &answer("second")["data"]["allocatePrimaryPom"];
    assert_eq!(second["position"], Value::Null, "{second}");
    assert_eq!(second["userErrors"][0]["reason"], "POM_HAS_CASE", "{second}");
    assert!(serving.interrupt().await.success());
}

/// What the script saw.
fn look(browser: &Browser, base: &str, profile: &Path) -> Value {
    let ran = Command::new(&browser.node)
        .arg(SCRIPT)
        .args([&browser.playwright, &browser.chromium])
        .arg(profile)
        .arg(base)
        .output()
        .unwrap();
    let complained = String::from_utf8_lossy(&ran.stderr);
    assert!(ran.status.success(), "{complained}");
    serde_json::from_slice(&ran.stdout).unwrap()
}
