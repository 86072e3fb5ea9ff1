//! The plan against a slow model: one request at a time, everything recomputed from the list of events.
#![expect(
    clippy::arithmetic_side_effects,
    clippy::cast_possible_wrap,
    reason = "small numbers of a test"
)]

use std::{collections::BTreeMap, sync::Arc};

use chrono::{DateTime, TimeDelta, Utc};
use proptest::prelude::*;
use serde_json::json;
use uuid::Uuid;

use super::*;
use crate::{
    Actor, ActorKind, Announcement, AppendRequest, Metadata, NewEvent, StreamWrite, append::prepare::prepare,
};

/// What a request looks like before it has ids: streams by number, versions as guesses.
#[derive(Debug, Clone)]
struct Wish {
    command: u8,
    hash: u8,
    /// Stream, guessed version, number of events.
    writes: Vec<(u8, Option<u64>, usize)>,
    /// Which of its writes are announced, by their first event.
    announced: Vec<usize>,
    occurred_at: i64,
}

fn wishes() -> impl Strategy<Value = Vec<Wish>> {
    let write = (0..4_u8, proptest::option::weighted(0.7, 0..4_u64), 0..3_usize);
    let wish = (
        0..12_u8,
        0..2_u8,
        proptest::collection::vec(write, 1..4),
        proptest::collection::vec(0..3_usize, 0..3),
        0..5_i64,
    )
        .prop_map(|(command, hash, writes, announced, occurred_at)| Wish {
            command,
            hash,
            writes,
            announced,
            occurred_at,
        });
    proptest::collection::vec(wish, 0..30)
}

fn time(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_700_000_000 + seconds, 0).unwrap()
}

fn stream(number: u8) -> StreamId {
    StreamId::new("case", number)
}

/// The request of a wish; none when the log would refuse it before planning.
fn prepared(wish: &Wish) -> Option<Prepared> {
    let command_id = Uuid::from_u128(u128::from(wish.command));
    let writes: Vec<StreamWrite> = wish
        .writes
        .iter()
        .map(|(number, expected, events)| StreamWrite {
            stream: stream(*number),
            subject: "S".to_owned(),
            expected: expected.map_or(Expected::Any, Expected::Version),
            events: (0..*events)
                .map(|n| NewEvent {
                    event_id: Uuid::nil(),
                    event_type: "E".to_owned(),
                    schema_version: 1,
                    payload: json!(n),
                })
                .collect(),
        })
        .collect();
    let announcements = wish
        .announced
        .iter()
        .filter_map(|index| wish.writes.get(*index))
        .map(|(number, ..)| Announcement {
            stream: stream(*number),
            event: 0,
            key: "K".to_owned(),
            event_type: "T".to_owned(),
            compose: Some(Arc::new(|placed| {
                json!({"sequence": placed.sequence, "position": placed.position}).to_string()
            })),
        })
        .collect();
    let actor = Actor {
        kind: ActorKind::System,
        id: "test".to_owned(),
        display_name: None,
        client_id: None,
    };
    let metadata = Metadata {
        command_id,
        operation: "o".to_owned(),
        correlation_id: command_id,
        causation_id: None,
        actor,
        occurred_at: time(wish.occurred_at),
        prison: None,
        policy: None,
    };
    prepare(AppendRequest {
        command_id,
        request_hash: [wish.hash; 32],
        metadata,
        writes,
        announcements,
    })
    .ok()
}

/// What the log would hold if requests came one by one to a clerk with a pencil.
#[derive(Default)]
struct Model {
    /// Stream and version, in order of position.
    events: Vec<(StreamId, u64)>,
    /// Stream, position, sequence, claimed time.
    messages: Vec<(StreamId, i64, u64, DateTime<Utc>)>,
    receipts: BTreeMap<Uuid, (u8, i64, i64)>,
}

impl Model {
    fn version(&self, stream: &StreamId) -> u64 {
        self.events.iter().filter(|(of, _)| of == stream).count() as u64
    }

    fn append(&mut self, wish: &Wish, request: &Prepared) -> Result<(i64, i64, bool), &'static str> {
        if let Some((hash, first, last)) = self.receipts.get(&request.command_id) {
            return if *hash == wish.hash {
                Ok((*first, *last, true))
            } else {
                Err("reused")
            };
        }
        for (number, expected, _) in &wish.writes {
            if expected.is_some_and(|expected| expected != self.version(&stream(*number))) {
                return Err("conflict");
            }
        }
        let first = self.events.len() as i64 + 1;
        let mut starts = BTreeMap::new();
        for (number, _, events) in &wish.writes {
            starts.insert(*number, self.events.len() as i64 + 1);
            for _ in 0..*events {
                self.events
                    .push((stream(*number), self.version(&stream(*number)) + 1));
            }
        }
        for (number, ..) in wish.announced.iter().filter_map(|index| wish.writes.get(*index)) {
            let of = stream(*number);
            let earlier: Vec<_> = self.messages.iter().filter(|(to, ..)| *to == of).collect();
            let after = earlier.last().map(|(.., at)| *at + TimeDelta::microseconds(1));
            let at = after.map_or(time(wish.occurred_at), |after| after.max(time(wish.occurred_at)));
            let sequence = earlier.len() as u64 + 1;
            self.messages.push((of, starts[number], sequence, at));
        }
        let last = self.events.len() as i64;
        self.receipts.insert(request.command_id, (wish.hash, first, last));
        Ok((first, last, false))
    }
}

/// A log in memory that is fed plans, batch by batch.
#[derive(Default)]
struct Fed {
    head: Position,
    tips: HashMap<StreamId, Tip>,
    receipts: HashMap<Uuid, (Outcome, Hash)>,
    events: Vec<(StreamId, u64)>,
    messages: Vec<(StreamId, i64, u64, DateTime<Utc>)>,
}

impl Fed {
    fn batch(&mut self, requests: &[&Prepared]) -> Vec<Result<(i64, i64, bool), &'static str>> {
        let known = Known {
            streams: self.tips.clone(),
            receipts: self.receipts.clone(),
        };
        let mut plan = Plan::after(Head {
            position: self.head,
            recorded_at: time(0),
        });
        let answers: Vec<_> = requests
            .iter()
            .zip(1..)
            .map(|(request, second)| plan.take(&known, time(second), request))
            .collect();
        for row in &plan.events {
            assert_eq!(
                row.position.get(),
                self.events.len() as i64 + 1,
                "positions are dense"
            );
            self.events.push((row.stream.clone(), row.version));
            let end = self.tips.get(&row.stream).map_or(ORIGIN, |tip| tip.hash);
            let hash = chain::link(
                &end,
                row.position,
                row.version,
                row.recorded_at,
                &row.event.content,
            );
            assert_eq!(hash, row.hash, "each link follows the stream's last one");
            self.tips.entry(row.stream.clone()).or_insert(Tip::EMPTY).hash = hash;
        }
        for (stream, tip) in &plan.streams {
            assert_eq!(self.tips[stream].hash, tip.hash);
            self.tips.insert(stream.clone(), *tip);
        }
        for message in &plan.messages {
            let body = json!({"sequence": message.placed.sequence, "position": message.placed.position});
            assert_eq!(message.body, body.to_string());
            self.messages.push((
                message.announcement.stream.clone(),
                message.placed.position.get(),
                message.placed.sequence,
                message.placed.occurred_at,
            ));
        }
        let recorded = plan.receipts.into_iter();
        self.receipts
            .extend(recorded.map(|(id, (receipt, hash))| (id, (Outcome::Recorded(receipt), hash))));
        self.head = plan.head.position;
        assert_eq!(self.head.get(), self.events.len() as i64);
        answers.iter().map(outcome).collect()
    }
}

fn outcome(answer: &Result<Receipt, AppendError>) -> Result<(i64, i64, bool), &'static str> {
    match answer {
        Ok(receipt) => Ok((receipt.first.get(), receipt.last.get(), receipt.replayed)),
        Err(AppendError::Conflict { .. }) => Err("conflict"),
        Err(AppendError::CommandIdReused(_)) => Err("reused"),
        Err(other) => panic!("{other}"),
    }
}

proptest! {
    #[test]
    fn a_plan_answers_as_if_requests_came_one_by_one(wishes in wishes(), batch in 1..8_usize) {
        let requests: Vec<(Wish, Prepared)> =
            wishes.into_iter().filter_map(|wish| prepared(&wish).map(|request| (wish, request))).collect();
        let (mut model, mut fed) = (Model::default(), Fed::default());
        for requests in requests.chunks(batch) {
            let expected: Vec<_> = requests.iter().map(|(wish, request)| model.append(wish, request)).collect();
            let planned = fed.batch(&requests.iter().map(|(_, request)| request).collect::<Vec<_>>());
            prop_assert_eq!(planned, expected);
        }
        prop_assert_eq!(fed.events, model.events);
        prop_assert_eq!(fed.messages, model.messages);
    }
}
