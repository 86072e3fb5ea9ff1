//! 64 clients that allocate by GraphQL, and repeat a request with the same command id until it is answered.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use serde_json::{Value, json};
use tokio::task::JoinSet;
use uuid::Uuid;

use crate::{
    ledger::Ledger,
    scene::{Scene, noms},
};

const CLIENTS: usize = 64;
const MUTATION: &str = "mutation($input: AllocatePrimaryPomInput!) {
    allocatePrimaryPom(input: $input) { position userErrors { code } } }";

/// Running clients.
pub(crate) struct Load {
    stop: Arc<AtomicBool>,
    clients: JoinSet<()>,
}

impl Load {
    /// Lets every client finish or give up what it is at.
    pub(crate) async fn stop(mut self) {
        self.stop.store(true, Ordering::Relaxed);
        while let Some(ended) = self.clients.join_next().await {
            ended.unwrap();
        }
    }
}

/// Starts the clients; each has a prisoner of its own, whose case goes to and fro between two POMs.
pub(crate) fn start(scene: &Scene, ledger: &Ledger) -> Load {
    let stop = Arc::new(AtomicBool::new(false));
    let http = reqwest::Client::builder()
        .timeout(Duration::from_secs(5))
        .build()
        .unwrap();
    let mut clients = JoinSet::new();
    for number in 0..CLIENTS {
        let client = Client {
            http: http.clone(),
            url: scene.url("/graphql"),
            token: scene.token().to_owned(),
            ledger: ledger.clone(),
            stop: stop.clone(),
            noms: noms(number),
        };
        clients.spawn(client.run());
    }
    Load { stop, clients }
}

/// What became of one request.
enum Asked {
    Acknowledged(i64),
    Refused,
    Unanswered,
}

struct Client {
    http: reqwest::Client,
    url: String,
    token: String,
    ledger: Ledger,
    stop: Arc<AtomicBool>,
    noms: String,
}

impl Client {
    async fn run(self) {
        for staff in [102, 485_926].into_iter().cycle() {
            let command = Uuid::now_v7();
            while !self.stop.load(Ordering::Relaxed) {
                match self.ask(command, staff).await {
                    Asked::Acknowledged(position) => {
                        self.ledger.note(command, position);
                        break;
                    }
                    // The case is with this POM already: a request that was given up before was recorded after all.
                    Asked::Refused => break,
                    // It may have been recorded: ask again with the same id.
                    Asked::Unanswered => tokio::task::yield_now().await,
                }
            }
            if self.stop.load(Ordering::Relaxed) {
                return;
            }
        }
    }

    async fn ask(&self, command: Uuid, staff: u32) -> Asked {
        self.answer(command, staff).await.unwrap_or(Asked::Unanswered)
    }

    async fn answer(&self, command: Uuid, staff: u32) -> Option<Asked> {
        let input =
            json!({ "nomsNumber": self.noms, "prison": "LEI", "staffId": staff, "commandId": command });
        let sent = self
            .http
            .post(&self.url)
            .bearer_auth(&self.token)
            .json(&json!({ "query": MUTATION, "variables": { "input": input } }))
            .send()
            .await
            .ok()?;
        let answer: Value = sent.json().await.ok()?;
        let payload = &answer["data"]["allocatePrimaryPom"];
        match payload["userErrors"].as_array()?.first() {
            Some(refusal) => {
                assert_eq!(refusal["code"], "POM_NOT_AVAILABLE", "{answer}");
                Some(Asked::Refused)
            }
            None => Some(Asked::Acknowledged(payload["position"].as_str()?.parse().ok()?)),
        }
    }
}
