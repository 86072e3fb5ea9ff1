//! GraphQL over HTTP as its specification has it: the audits that the GraphQL foundation publishes.

use std::process::Command;

use tests::Stage;
use workbench::audits::GraphqlOverHttp;

/// Prints a line for each audit: how it went (`ok`; `error` for a MUST, `warn` for a SHOULD, `notice` for a MAY), and what it is.
const RUN: &str = r"
    const [module, url, token] = process.argv.slice(1);
    const { serverAudits } = await import(module);
    const fetchFn = (to, init) => fetch(to, { ...init, headers: { ...init?.headers, authorization: `Bearer ${token}` } });
    for (const audit of serverAudits({ url, fetchFn })) {
        const { status, reason } = await audit.fn();
        console.log(status, audit.id, audit.name, reason ?? '');
    }";

#[tokio::test(flavor = "multi_thread")]
async fn every_must_should_and_may_is_kept() {
    let stage = Stage::start().await;
    // Some ask for the schema.
    let token = stage.token(&["ROLE_POM_ALLOCATIONS__DEVELOPER"], &[]);
    let url = stage.url("/graphql");
    let told = tokio::task::spawn_blocking(move || {
        let audits = GraphqlOverHttp::find_or_install(&workbench::default_tools_dir()).unwrap();
        let node = Command::new(audits.node)
            .args(["--input-type=module", "--eval", RUN, "--"])
            .arg(audits.module)
            .args([url, token])
            .output();
        node.unwrap()
    });
    let told = told.await.unwrap();
    assert!(told.status.success(), "{}", String::from_utf8_lossy(&told.stderr));
    let told = String::from_utf8(told.stdout).unwrap();
    let (kept, others): (Vec<_>, Vec<_>) = told.lines().partition(|line| line.starts_with("ok "));
    assert_eq!(others, [] as [&str; 0]);
    assert!(kept.len() > 60, "{} audits", kept.len());
}
