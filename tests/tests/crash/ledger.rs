//! What was acknowledged, and whether the log agrees.

use std::{collections::HashMap, sync::Arc, time::Duration};

use sqlx::{PgPool, Row};
use tokio::sync::watch;
use uuid::Uuid;

use crate::scene::Scene;

/// Acknowledged commands and the positions that were told.
#[derive(Clone)]
pub(crate) struct Ledger {
    acknowledged: Arc<std::sync::Mutex<HashMap<Uuid, i64>>>,
    count: Arc<watch::Sender<usize>>,
}

impl Default for Ledger {
    fn default() -> Self {
        Self {
            acknowledged: Arc::default(),
            count: Arc::new(watch::Sender::new(0)),
        }
    }
}

impl Ledger {
    /// Notes an acknowledgement.
    pub(crate) fn note(&self, command: Uuid, position: i64) {
        let mut acknowledged = self.acknowledged.lock().unwrap();
        if let Some(before) = acknowledged.insert(command, position) {
            assert_eq!(before, position, "the same command was told two positions");
        }
        self.count.send_replace(acknowledged.len());
    }

    /// Waits until so many more are acknowledged.
    pub(crate) async fn grows_by(&self, more: usize) {
        let mut count = self.count.subscribe();
        let wanted = *count.borrow() + more;
        let grown = count.wait_for(|count| *count >= wanted);
        tokio::time::timeout(Duration::from_secs(120), grown)
            .await
            .expect("nothing is acknowledged")
            .unwrap();
    }

    /// Compares with the log.
    pub(crate) async fn check(&self, scene: &Scene) {
        let pool = PgPool::connect(scene.database_url()).await.unwrap();
        let acknowledged = self.acknowledged.lock().unwrap().clone();
        for (command, position) in &acknowledged {
            let row = sqlx::query("select last_position from es.command where command_id = $1")
                .bind(command)
                .fetch_optional(&pool)
                .await
                .unwrap();
            let found = row.map(|row| row.get::<i64, _>(0));
            assert_eq!(
                found,
                Some(*position),
                "command {command} was acknowledged and is not there"
            );
        }
        let (count, last, head): (i64, i64, i64) =
            sqlx::query_as("select count(*), max(position), (select position from es.head) from es.event")
                .fetch_one(&pool)
                .await
                .unwrap();
        assert_eq!((count, last), (head, head), "positions are not dense");
        let twice: i64 = sqlx::query_scalar(
            "select count(*) from (select metadata ->> 'commandId' from es.event where stream_id like 'allocation-%'
             group by 1 having count(*) > 1) as repeated",
        )
        .fetch_one(&pool)
        .await
        .unwrap();
        assert_eq!(twice, 0, "a command took effect twice");
        event_store::audit::verify(&pool, None, |_| {})
            .await
            .expect("the chain does not verify");
        println!(
            "{} acknowledged commands, 0 lost, positions 1 to {head} dense, chain verified",
            acknowledged.len()
        );
    }
}
