//! What happens to the database of the scene, and what it holds.

use std::{collections::BTreeMap, fs, time::Duration};

use simulator::tokens::TokenRequest;
use sqlx::{Connection, Executor, PgConnection, PgPool, Postgres, Transaction};

use crate::scene::{PRISONERS, Scene, noms};

/// How many changes of each prisoner's allocation are told, as far as there is one.
type Versions = BTreeMap<String, i64>;

impl Scene {
    /// Keeps the read models from moving until the transaction ends.
    pub(crate) async fn keep_from_folding(&self) -> Transaction<'static, Postgres> {
        let pool = PgPool::connect(self.database_url()).await.unwrap();
        let mut transaction = pool.begin().await.unwrap();
        let lock = "lock table rm.allocations_1 in exclusive mode";
        transaction.execute(lock).await.unwrap();
        transaction
    }

    /// Waits until so many more events are recorded.
    pub(crate) async fn records_more(&self, more: i64) {
        let mut owner = PgConnection::connect(self.database_url()).await.unwrap();
        let mut head = async || -> i64 {
            let asked = sqlx::query_scalar("select position from es.head");
            asked.fetch_one(&mut owner).await.unwrap()
        };
        let wanted = head().await + more;
        while head().await < wanted {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// What the log holds.
    pub(crate) async fn versions(&self) -> Versions {
        let mut owner = PgConnection::connect(self.database_url()).await.unwrap();
        let streams: Vec<(String, i64)> = sqlx::query_as(
            "select split_part(stream_id, '-', 2), published from es.stream where category = 'allocation'",
        )
        .fetch_all(&mut owner)
        .await
        .unwrap();
        streams.into_iter().collect()
    }

    /// What the REST contract says of everybody, asked once each.
    pub(crate) async fn versions_told(&self) -> Versions {
        let token = self.token_of(&TokenRequest::client("consumer", &["ROLE_VIEW_POM_ALLOCATIONS"]));
        let http = reqwest::Client::new();
        let mut told = Versions::new();
        for noms in (0..PRISONERS).map(noms) {
            let asked = http.get(self.url(&format!("/api/allocation/{noms}/primary_pom")));
            let answer = asked.bearer_auth(&token).send().await.unwrap();
            let status = answer.status().as_u16();
            assert!([200, 404].contains(&status), "{status} for {noms}");
            if let Some(version) = answer.headers().get("x-aggregate-version") {
                told.insert(noms, version.to_str().unwrap().parse().unwrap());
            }
        }
        told
    }

    /// Restarts the server as a standby, which takes no writes.
    pub(crate) async fn demote_database(&mut self) {
        self.cluster.stop().await.unwrap();
        fs::write(self.cluster.folder().join("data/standby.signal"), "").unwrap();
        self.cluster.restart().await.unwrap();
    }

    /// Lets the standby take writes.
    pub(crate) async fn promote_database(&self) {
        let mut owner = PgConnection::connect(self.database_url()).await.unwrap();
        let promoted: bool = sqlx::query_scalar("select pg_promote()")
            .fetch_one(&mut owner)
            .await
            .unwrap();
        assert!(promoted);
    }
}
