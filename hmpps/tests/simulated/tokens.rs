//! Tokens are accepted when hmpps-auth signed them and for no other reason, also while hmpps-auth is away.

use std::time::Duration;

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD as URL};
use chrono::TimeDelta;
use commands::access::Role;
use hmpps::{CaseloadMemory, TokenError};
use ring::hmac;
use serde_json::{Value, json};
use simulator::{Api, Fault, FaultKind, TokenIssuer, TokenRequest};

use crate::world::{Circumstances, World};

fn leeds() -> domain::PrisonCode {
    "LEI".parse().unwrap()
}

fn part(value: &Value) -> String {
    URL.encode(value.to_string())
}

fn decoded(token: &str, place: usize) -> Value {
    serde_json::from_slice(&URL.decode(token.split('.').nth(place).unwrap()).unwrap()).unwrap()
}

#[tokio::test]
async fn a_person_gets_roles_from_the_token_and_caseloads_from_nomis() {
    let world = World::start().await;
    let request = TokenRequest {
        username: Some("LEI_HOMD".to_owned()),
        name: Some("Harriet Head".to_owned()),
        ..TokenRequest::client("moic", &["ROLE_ALLOC_MGR", "ROLE_OF_ANOTHER_SERVICE"])
    };
    let token = world.simulator.issuer().issue(&request).unwrap();
    let caller = world
        .authenticator
        .caller(Some(&format!("Bearer {token}")))
        .await
        .unwrap();
    let head = world.population.user("LEI_HOMD").unwrap();
    assert_eq!(caller.principal.roles, [Role::Allocator].into());
    assert_eq!(caller.principal.caseloads, [leeds()].into());
    assert_eq!(caller.principal.staff_id, Some(head.staff_id));
    assert_eq!(caller.principal.actor.id, "LEI_HOMD");
    assert_eq!(
        caller.principal.actor.display_name.as_deref(),
        Some("Harriet Head")
    );
    assert_eq!(caller.principal.actor.client_id.as_deref(), Some("moic"));
    assert!(caller.has_scope("read") && !caller.has_scope("admin"));
}

#[tokio::test]
async fn a_local_token_brings_its_caseloads_through_nomis_user_roles() {
    let world = World::start().await;
    let request = TokenRequest::local_user(&["ROLE_ALLOC_MGR"], &[leeds(), "MDI".parse().unwrap()]);
    let token = world.simulator.issuer().issue(&request).unwrap();
    assert!(decoded(&token, 1).get("caseloads").is_none());
    let caller = world.authenticator.caller_with(&token).await.unwrap();
    assert_eq!(
        caller.principal.caseloads,
        request.caseloads.into_iter().collect()
    );
}

#[tokio::test]
async fn a_system_has_no_caseloads_and_nobody_is_asked_for_them() {
    let world = World::start().await;
    let caller = world
        .authenticator
        .caller_with(&world.client_token())
        .await
        .unwrap();
    assert_eq!(caller.principal.actor.id, "consumer");
    assert!(caller.principal.caseloads.is_empty() && caller.principal.staff_id.is_none());
    assert_eq!(world.simulator.requests(Api::NomisUserRoles), 0);
}

#[tokio::test]
async fn a_person_unknown_to_nomis_has_no_caseloads() {
    let world = World::start().await;
    for username in ["DELIUS_USER", "../staff/1", "someone@example.invalid"] {
        let request = TokenRequest {
            username: Some(username.to_owned()),
            ..TokenRequest::client("moic", &[])
        };
        let token = world.simulator.issuer().issue(&request).unwrap();
        let caller = world.authenticator.caller_with(&token).await.unwrap();
        assert!(caller.principal.caseloads.is_empty() && caller.principal.staff_id.is_none());
    }
}

#[tokio::test]
async fn no_token_or_half_a_header_is_missing() {
    let world = World::start().await;
    for header in [
        None,
        Some(""),
        Some("Bearer"),
        Some("Bearer "),
        Some("Basic YTpi"),
    ] {
        assert_eq!(
            world.authenticator.caller(header).await.unwrap_err(),
            TokenError::Missing,
            "{header:?}"
        );
    }
    for text in ["x", "a.b.c", "a.b", &"a".repeat(20_000)] {
        assert_eq!(world.refusal(text).await, TokenError::Malformed);
    }
}

#[tokio::test]
async fn a_token_whose_claims_have_not_their_form_is_refused_and_nobody_is_asked_about_it() {
    let world = World::start().await;
    let of = |username: &str, name: &str| TokenRequest {
        username: Some(username.to_owned()),
        name: Some(name.to_owned()),
        ..TokenRequest::client("moic", &[])
    };
    let roles = ["ROLE_ALLOC_MGR\0"];
    for request in [
        of("", "Harriet Head"),
        of("LEI_HOMD\0", "Harriet Head"),
        of("LEI_HOMD", "Harriet\0Head"),
        TokenRequest::client("", &[]),
        TokenRequest::client("moic", &roles),
    ] {
        let token = world.simulator.issuer().issue(&request).unwrap();
        assert_eq!(world.refusal(&token).await, TokenError::Malformed, "{request:?}");
    }
    assert_eq!(world.simulator.requests(Api::NomisUserRoles), 0);

    let token = world.client_token();
    let mut header = decoded(&token, 0);
    header["crit"] = json!(["exp"]);
    let demanding = format!("{}.{}", part(&header), token.split_once('.').unwrap().1);
    assert_eq!(world.refusal(&demanding).await, TokenError::Malformed);
}

#[tokio::test]
async fn a_token_of_another_time_is_refused() {
    let world = World::start().await;
    let mut request = TokenRequest::client("consumer", &[]);
    request.lifetime = TimeDelta::seconds(-120);
    let over = world.simulator.issuer().issue(&request).unwrap();
    assert_eq!(world.refusal(&over).await, TokenError::Expired);
    request.lifetime = TimeDelta::seconds(-5);
    let within_skew = world.simulator.issuer().issue(&request).unwrap();
    world.authenticator.caller_with(&within_skew).await.unwrap();
}

#[tokio::test]
async fn forged_tokens_are_refused() {
    let world = World::start().await;
    let token = world.client_token();
    let (header, mut claims) = (decoded(&token, 0), decoded(&token, 1));
    let signature = token.rsplit('.').next().unwrap();

    claims["authorities"] = json!(["ROLE_MOIC_ADMIN"]);
    let altered = format!("{}.{}.{signature}", part(&header), part(&claims));
    assert_eq!(world.refusal(&altered).await, TokenError::BadSignature);

    let unsigned = format!(
        "{}.{}.",
        part(&json!({"alg": "none", "kid": header["kid"]})),
        part(&claims)
    );
    assert_eq!(world.refusal(&unsigned).await, TokenError::Malformed);

    let stranger = TokenIssuer::in_memory().unwrap();
    let stranger_token = stranger.issue(&TokenRequest::client("consumer", &[])).unwrap();
    assert_eq!(world.refusal(&stranger_token).await, TokenError::UnknownKey);

    // The stranger's signature under the real key's name.
    let claimed = format!("{}.{}", part(&header), stranger_token.split_once('.').unwrap().1);
    assert_eq!(world.refusal(&claimed).await, TokenError::BadSignature);
}

#[tokio::test]
async fn the_public_key_is_no_shared_secret() {
    let world = World::start().await;
    let token = world.client_token();
    let modulus = world.simulator.issuer().jwks()["keys"][0]["n"]
        .as_str()
        .unwrap()
        .to_owned();
    let header = part(&json!({ "alg": "HS256", "typ": "JWT", "kid": decoded(&token, 0)["kid"] }));
    let message = format!("{header}.{}", part(&decoded(&token, 1)));
    for secret in [modulus.as_bytes().to_vec(), URL.decode(&modulus).unwrap()] {
        let key = hmac::Key::new(hmac::HMAC_SHA256, &secret);
        let signature = hmac::sign(&key, message.as_bytes());
        let forged = format!("{message}.{}", URL.encode(signature.as_ref()));
        assert_eq!(world.refusal(&forged).await, TokenError::Malformed);
    }
}

#[tokio::test]
async fn a_token_of_another_issuer_is_refused() {
    let world = World::start_in(Circumstances {
        issuer: "https://another.invalid/auth/issuer",
        ..Circumstances::default()
    })
    .await;
    assert_eq!(
        world.refusal(&world.client_token()).await,
        TokenError::WrongIssuer
    );
}

#[tokio::test]
async fn after_a_rotation_old_and_new_tokens_are_good() {
    let world = World::start().await;
    let old = world.client_token();
    world.authenticator.caller_with(&old).await.unwrap();
    world.simulator.issuer().rotate().unwrap();
    let new = world.client_token();
    world.until(&new, Ok(())).await;
    world.authenticator.caller_with(&old).await.unwrap();
}

#[tokio::test]
async fn keys_are_fetched_once_for_everybody_and_invented_keys_cost_nothing() {
    let world = World::start().await;
    let tokens: Vec<_> = (0..32).map(|_| world.client_token()).collect();
    let callers = tokens.iter().map(|token| world.authenticator.caller_with(token));
    assert!(futures::future::join_all(callers).await.iter().all(Result::is_ok));
    assert_eq!(world.simulator.requests(Api::Auth), 1);

    let stranger = TokenIssuer::in_memory()
        .unwrap()
        .issue(&TokenRequest::client("x", &[]))
        .unwrap();
    let invented = |n: usize| {
        let header = part(&json!({ "alg": "RS256", "kid": format!("invented-{n}") }));
        format!("{header}.{}", stranger.split_once('.').unwrap().1)
    };
    let forged: Vec<_> = (0..200).map(invented).collect();
    let callers = forged.iter().map(|token| world.authenticator.caller_with(token));
    for outcome in futures::future::join_all(callers).await {
        assert_eq!(outcome.unwrap_err(), TokenError::UnknownKey);
    }
    // One a second at the most, however many there are.
    assert!(
        world.simulator.requests(Api::Auth) < 100,
        "{}",
        world.simulator.requests(Api::Auth)
    );
}

#[tokio::test]
async fn without_keys_nobody_can_tell_and_with_keys_auth_may_be_away() {
    let world = World::start().await;
    world.simulator.set_fault(Api::Auth, Some(Fault::status(503)));
    let token = world.client_token();
    let refusal = world.refusal(&token).await;
    assert_eq!(refusal, TokenError::KeysUnavailable);
    assert!(refusal.is_outage());

    world.simulator.set_fault(Api::Auth, None);
    world.until(&token, Ok(())).await;
    world.simulator.set_fault(Api::Auth, Some(Fault::status(503)));
    world
        .authenticator
        .caller_with(&world.client_token())
        .await
        .unwrap();
}

#[tokio::test]
async fn key_sets_that_cannot_be_read_are_no_keys() {
    let world = World::start().await;
    world
        .simulator
        .set_fault(Api::Auth, Some(FaultKind::Malformed.into()));
    assert_eq!(
        world.refusal(&world.client_token()).await,
        TokenError::KeysUnavailable
    );
}

/// Remembers nothing that it need not.
async fn forgetful_world() -> World {
    let memory = CaseloadMemory {
        fresh_ttl: Duration::ZERO,
        ..CaseloadMemory::default()
    };
    World::start_in(Circumstances {
        memory,
        keys_fresh_for: Duration::ZERO,
        ..Circumstances::default()
    })
    .await
}

#[tokio::test]
async fn keys_that_should_be_fetched_anew_still_serve_while_auth_is_away() {
    let world = forgetful_world().await;
    world
        .authenticator
        .caller_with(&world.client_token())
        .await
        .unwrap();
    world.simulator.set_fault(Api::Auth, Some(Fault::status(503)));
    let before = world.simulator.requests(Api::Auth);
    while world.simulator.requests(Api::Auth) == before {
        world
            .authenticator
            .caller_with(&world.client_token())
            .await
            .unwrap();
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    world
        .authenticator
        .caller_with(&world.client_token())
        .await
        .unwrap();
}

#[tokio::test]
async fn a_key_taken_back_is_forgotten() {
    let world = forgetful_world().await;
    let (seen, unseen) = (world.client_token(), world.client_token());
    world.authenticator.caller_with(&seen).await.unwrap();
    world.simulator.issuer().rotate().unwrap();
    world.simulator.issuer().forget_older_keys().unwrap();
    world.until(&world.client_token(), Ok(())).await;
    assert_eq!(world.refusal(&unseen).await, TokenError::UnknownKey);
}

#[tokio::test]
async fn without_caseloads_a_person_waits_and_their_last_known_ones_bridge_an_outage() {
    let world = forgetful_world().await;
    let request = TokenRequest::local_user(&["ROLE_ALLOC_MGR"], &[leeds()]);
    let token = world.simulator.issuer().issue(&request).unwrap();
    world
        .simulator
        .set_fault(Api::NomisUserRoles, Some(Fault::status(503)));
    let refusal = world.refusal(&token).await;
    assert_eq!(refusal, TokenError::CaseloadsUnavailable);
    assert!(refusal.is_outage());

    world.simulator.set_fault(Api::NomisUserRoles, None);
    world.authenticator.caller_with(&token).await.unwrap();
    world
        .simulator
        .set_fault(Api::NomisUserRoles, Some(Fault::status(503)));
    let before = world.simulator.requests(Api::NomisUserRoles);
    let last_known = world.authenticator.caller_with(&token).await.unwrap();
    assert_eq!(last_known.principal.caseloads, [leeds()].into());
    assert!(
        world.simulator.requests(Api::NomisUserRoles) > before,
        "it was asked, and did not answer"
    );
}

#[tokio::test]
async fn caseloads_are_asked_once_for_many_requests_and_changes_are_seen() {
    let world = World::start().await;
    let issue = |world: &World| {
        let request = TokenRequest::local_user(&["ROLE_ALLOC_MGR"], &[leeds()]);
        world.simulator.issuer().issue(&request).unwrap()
    };
    let tokens: Vec<_> = (0..32).map(|_| issue(&world)).collect();
    let callers = tokens.iter().map(|token| world.authenticator.caller_with(token));
    assert!(futures::future::join_all(callers).await.iter().all(Result::is_ok));
    assert_eq!(
        world.simulator.requests(Api::NomisUserRoles),
        2,
        "the user, and their caseloads"
    );

    let world = forgetful_world().await;
    let token = issue(&world);
    world.authenticator.caller_with(&token).await.unwrap();
    let mut moved = TokenRequest::local_user(&[], &[leeds()]);
    moved.caseloads = vec!["MDI".parse().unwrap()];
    world.simulator.issuer().issue(&moved).unwrap();
    let caller = world.authenticator.caller_with(&token).await.unwrap();
    assert_eq!(caller.principal.caseloads, moved.caseloads.into_iter().collect());
}

#[tokio::test]
async fn no_error_text_shows_a_token() {
    let world = World::start().await;
    let token = world.client_token();
    let altered = format!("{}x", token.get(..token.len() - 1).unwrap());
    let refusal = world.refusal(&altered).await;
    for text in [
        refusal.to_string(),
        format!("{refusal:?}"),
        format!("{:?}", world.authenticator),
    ] {
        assert!(!text.contains(token.split('.').nth(1).unwrap()), "{text}");
    }
}

#[tokio::test]
async fn where_the_token_alone_decides_nobody_is_asked_for_caseloads() {
    let world = World::start().await;
    let request = TokenRequest::local_user(&["ROLE_VIEW_POM_ALLOCATIONS"], &[leeds()]);
    let token = world.simulator.issuer().issue(&request).unwrap();
    let header = format!("Bearer {token}");
    let holder = world.authenticator.holder(Some(&header)).await.unwrap();
    assert_eq!(holder.principal.roles, [Role::ReadAllocations].into());
    assert_eq!(holder.principal.caseloads, [].into());
    assert!(holder.has_scope("read"));
    assert_eq!(world.simulator.requests(Api::NomisUserRoles), 0);

    assert_eq!(
        world
            .authenticator
            .holder(Some("Bearer seven"))
            .await
            .unwrap_err(),
        TokenError::Malformed
    );
    assert_eq!(
        world.authenticator.holder(None).await.unwrap_err(),
        TokenError::Missing
    );
}
