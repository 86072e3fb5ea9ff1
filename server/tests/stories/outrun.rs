//! Whoever loses every race is told to come again, and not of a version that they never stated.

use std::sync::{
    Arc,
    atomic::{AtomicU32, Ordering},
};

use async_trait::async_trait;
use commands::{CommandError, Request, access::Principal, operations::OnboardPom};
use domain::{PomPosition, StaffId, WorkingPattern};
use event_store::{
    AppendError, AppendRequest, Log, MemoryLog, Outcome, Position, ReadError, Receipt, RecordedEvent,
    StreamId,
};
use serde_json::{from_value, json};
use server::seed;
use uuid::Uuid;

/// A log in which somebody else is always quicker.
#[derive(Default)]
struct Outrun {
    log: MemoryLog,
    appended: AtomicU32,
}

#[async_trait]
impl Log for Outrun {
    async fn append(&self, request: AppendRequest) -> Result<Receipt, AppendError> {
        self.appended.fetch_add(1, Ordering::Relaxed);
        Err(AppendError::Conflict {
            stream: request.writes.first().unwrap().stream.clone(),
            expected: 0,
            actual: 1,
        })
    }

    async fn read_streams(&self, streams: &[StreamId]) -> Result<Vec<RecordedEvent>, ReadError> {
        self.log.read_streams(streams).await
    }

    async fn read_after(&self, position: Position, limit: u32) -> Result<Vec<RecordedEvent>, ReadError> {
        self.log.read_after(position, limit).await
    }

    async fn head(&self) -> Result<Position, ReadError> {
        self.log.head().await
    }

    async fn record_noop(&self, command_id: Uuid, hash: [u8; 32]) -> Result<Outcome, AppendError> {
        self.log.record_noop(command_id, hash).await
    }

    async fn receipt(&self, command_id: Uuid) -> Result<Option<(Outcome, [u8; 32])>, ReadError> {
        self.log.receipt(command_id).await
    }
}

#[tokio::test]
async fn whoever_is_always_outrun_is_told_to_come_again() {
    let log = Arc::new(Outrun::default());
    let bus = seed::bus(log.clone(), None);
    let operation = OnboardPom {
        prison: "LEI".parse().unwrap(),
        staff: StaffId::try_from(101).unwrap(),
        details: Some(from_value(json!({ "forename": "Ann", "surname": "Prison" })).unwrap()),
        position: PomPosition::Prison,
        working_pattern: WorkingPattern::FULL_TIME,
    };
    let request = Request::new(operation, Principal::system("a test"));
    let outcome = bus.execute(request).await.unwrap_err();
    assert!(matches!(outcome, CommandError::Overloaded), "{outcome:?}");
    assert!(log.appended.load(Ordering::Relaxed) > 1, "it was tried again");
}
