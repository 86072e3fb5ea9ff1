//! A departure takes effect as far as it fits what is so now: the log, or else prisoner-search, says where the prisoner is.

use serde_json::{Value, json};

use crate::{
    estate::{Says, facts_at},
    inbox::{ALLOCATED, Story, with},
};

const BY_RELEASE: [&str; 2] = [ALLOCATED, "AllocationEndedByRelease"];
const BY_TRANSFER: [&str; 2] = [ALLOCATED, "AllocationEndedByTransfer"];

/// A message of the day after the allocation at Leeds.
fn departure(reason: &str, from: &str) -> Value {
    let mut body = with("/additionalInformation/reason", reason);
    body["additionalInformation"]["prisonId"] = json!(from);
    body
}

fn at(prison: &str) -> Says {
    Says::Facts(facts_at(Some(prison)))
}

/// What becomes of the allocation at Leeds when somebody says that its prisoner left a prison: its events, and those that
/// the message adds to the prisoner's.
async fn after(reason: &str, from: &str, search: Says) -> (Vec<String>, Vec<String>) {
    let story = Story::begin().await;
    let before = story.estate.observations().await.len();
    story.estate.search.set(search);
    story.released(&departure(reason, from)).await;
    assert_eq!(story.settled().await, "0");
    story.inbox.stop().await;
    let observations = story.estate.observations().await;
    let added = observations.into_iter().skip(before);
    (
        story.estate.happened().await,
        added.map(|event| event.event_type).collect(),
    )
}

#[tokio::test]
async fn a_departure_from_another_prison_does_not_end_the_stay_where_the_prisoner_is() {
    for reason in ["RELEASED", "TRANSFERRED"] {
        let (allocation, prisoner) = after(reason, "MDI", at("LEI")).await;
        assert_eq!(allocation, [ALLOCATED], "{reason}");
        assert!(prisoner.is_empty(), "{reason}: {prisoner:?}");
    }
}

#[tokio::test]
async fn a_departure_from_another_prison_ends_the_stay_where_the_prisoner_no_longer_is() {
    let gone = || Says::Facts(facts_at(None));
    let (allocation, prisoner) = after("RELEASED", "MDI", gone()).await;
    assert_eq!(allocation, BY_RELEASE);
    assert_eq!(prisoner, ["PrisonerObserved", "PrisonerReleased"]);
    let (allocation, prisoner) = after("TRANSFERRED", "MDI", gone()).await;
    assert_eq!(allocation, BY_TRANSFER);
    assert_eq!(prisoner, ["PrisonerObserved", "PrisonerTransferredOut"]);
    // They came to Moorland, which nobody told, and have gone on to Hull.
    let (allocation, prisoner) = after("RELEASED", "MDI", at("HLI")).await;
    assert_eq!(allocation, BY_TRANSFER);
    assert_eq!(prisoner, ["PrisonerObserved"]);
    // They came to Moorland, which nobody told, and prisoner-search does not know yet that they left.
    let (allocation, prisoner) = after("RELEASED", "MDI", at("MDI")).await;
    assert_eq!(allocation, BY_RELEASE);
    assert_eq!(prisoner, ["PrisonerObserved", "PrisonerReleased"]);
}

#[tokio::test]
async fn a_departure_from_where_the_log_has_the_prisoner_counts_before_prisoner_search_knows_it() {
    let (allocation, prisoner) = after("RELEASED", "LEI", at("LEI")).await;
    assert_eq!(allocation, BY_RELEASE);
    assert_eq!(prisoner, ["PrisonerReleased"]);
    let (allocation, _) = after("TRANSFERRED", "LEI", Says::Down).await;
    assert_eq!(allocation, BY_TRANSFER);
}

#[tokio::test]
async fn a_departure_that_the_log_contradicts_waits_for_prisoner_search() {
    let story = Story::begin().await;
    story.estate.search.set(Says::Down);
    story.released(&departure("RELEASED", "MDI")).await;
    story.delayed().await;
    assert_eq!(story.happened().await, [ALLOCATED]);
    story.estate.search.set(at("LEI"));
    assert_eq!(story.settled().await, "0");
    assert_eq!(story.happened().await, [ALLOCATED]);
    story.inbox.stop().await;
}

/// From Moorland to Leeds, which the service saw, and was allocated there.
#[tokio::test]
async fn late_news_of_an_observed_move_does_not_end_the_stay_at_the_new_prison() {
    let story = Story::begin().await;
    story.estate.observe(facts_at(Some("MDI"))).await;
    story.estate.allocate(crate::estate::NOMS).await;
    let allocated = story.happened().await;
    story.estate.search.set(at("LEI"));
    story.released(&departure("TRANSFERRED", "MDI")).await;
    assert_eq!(story.settled().await, "0");
    assert_eq!(story.happened().await, allocated);
    story.inbox.stop().await;
}
