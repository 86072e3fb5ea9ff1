//! Everybody has their own budget, which fills evenly and is never overdrawn.

use super::*;

fn actor(kind: ActorKind, id: &str) -> Actor {
    Actor {
        kind,
        id: id.to_owned(),
        display_name: None,
        client_id: None,
    }
}

fn budgets(cost: Option<u32>, requests: Option<u32>) -> Budgets {
    Budgets::new(BudgetOptions {
        cost_per_second: cost.and_then(NonZeroU32::new),
        requests_per_second: requests.and_then(NonZeroU32::new),
        ..BudgetOptions::UNLIMITED
    })
}

fn at(start: Instant, millis: u64) -> Instant {
    start.checked_add(Duration::from_millis(millis)).unwrap()
}

fn wait(spent: Result<(), OverBudget>) -> Duration {
    spent.unwrap_err().wait
}

#[test]
fn two_seconds_worth_may_be_spent_at_once_and_the_rest_as_it_comes_back() {
    let budgets = budgets(Some(1_000), None);
    let ann = budgets.of(&actor(ActorKind::User, "ANN"));
    let start = Instant::now();
    assert_eq!(ann.spend(1_500, start), Ok(()));
    assert_eq!(wait(ann.spend(600, start)), Duration::from_millis(100));
    assert_eq!(
        wait(ann.spend(600, at(start, 40))),
        Duration::from_millis(60),
        "asking in vain costs nothing"
    );
    assert_eq!(ann.spend(600, at(start, 100)), Ok(()));
    let level = ann.level(at(start, 100)).unwrap();
    assert_eq!((level.limit, level.remaining), (2_000, 0));
    assert_eq!(level.full_after, Duration::from_secs(2));
    assert_eq!(ann.level(at(start, 1_100)).unwrap().remaining, 1_000);
    assert_eq!(ann.level(at(start, 60_000)).unwrap().remaining, 2_000);
}

#[test]
fn what_costs_more_than_a_budget_holds_takes_all_of_it() {
    let budgets = budgets(Some(1_000), None);
    let ann = budgets.of(&actor(ActorKind::User, "ANN"));
    let start = Instant::now();
    assert_eq!(ann.spend(1_000_000, start), Ok(()));
    assert!(ann.spend(1, start).is_err());
    assert!(ann.spend(1_000_000, at(start, 1_999)).is_err());
    assert_eq!(ann.spend(1_000_000, at(start, 2_000)), Ok(()));
}

#[test]
fn requests_are_counted_whatever_they_cost() {
    let budgets = budgets(None, Some(10));
    let ann = budgets.of(&actor(ActorKind::User, "ANN"));
    let start = Instant::now();
    assert_eq!((0..30).filter(|_| ann.admit(start).is_ok()).count(), 20);
    assert_eq!(ann.admit(at(start, 100)), Ok(()));
    assert!(ann.admit(at(start, 100)).is_err());
}

#[test]
fn everybody_has_their_own_budget() {
    let budgets = budgets(Some(100), None);
    let now = Instant::now();
    let of = |kind, id| budgets.of(&actor(kind, id));
    while of(ActorKind::User, "ANN").admit(now).is_ok() {}
    assert_eq!(of(ActorKind::User, "BOB").admit(now), Ok(()));
    assert_eq!(of(ActorKind::Client, "ANN").admit(now), Ok(()));
}

#[test]
fn without_a_limit_nobody_waits() {
    let (ann, now) = (Budget::unlimited(), Instant::now());
    assert!((0..10_000).all(|_| ann.admit(now).is_ok()));
    assert_eq!(ann.level(now), None);
}

#[tokio::test]
async fn what_is_followed_leaves_half_of_the_budget_to_requests() {
    let budgets = budgets(Some(1_000), None);
    let ann = budgets.of(&actor(ActorKind::User, "ANN"));
    let now = Instant::now();
    ann.spend_in_time(1_000).await;
    assert!(futures::poll!(Box::pin(ann.spend_in_time(100))).is_pending());
    assert_eq!(ann.spend(900, now), Ok(()), "a request need not wait");
}

#[tokio::test]
async fn one_caller_never_takes_the_places_of_the_others() {
    let budgets = Budgets::new(BudgetOptions {
        caller_requests: 2,
        requests: 3,
        ..BudgetOptions::UNLIMITED
    });
    let of = |id| budgets.of(&actor(ActorKind::User, id));
    let (ann, bob, cy) = (of("ANN"), of("BOB"), of("CY"));
    let (first, second) = (ann.permit().await.unwrap(), ann.permit().await);
    assert_eq!(ann.permit().await.unwrap_err(), Busy::Caller);
    assert!(second.is_ok());
    let third = bob.permit().await.unwrap();
    assert_eq!(cy.permit().await.unwrap_err(), Busy::Service);
    drop(first);
    assert!(cy.permit().await.is_ok());
    drop(third);
}
