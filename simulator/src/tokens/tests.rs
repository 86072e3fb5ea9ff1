//! Tokens outlive the program that made them.

use std::os::unix::fs::PermissionsExt;

use super::*;

fn file(name: &str) -> PathBuf {
    std::env::temp_dir()
        .join(format!("simulator-{}-{name}", Uuid::now_v7()))
        .join("tokens.json")
}

#[test]
fn a_token_is_good_after_a_restart_and_after_a_rotation() {
    let file = file("restart");
    let before = TokenIssuer::open(file.clone()).unwrap();
    let token = before.issue(&TokenRequest::client("tests", &["ROLE_X"])).unwrap();
    let after = TokenIssuer::open(file.clone()).unwrap();
    assert_eq!(after.verify(&token).unwrap().authorities, ["ROLE_X"]);
    after.rotate().unwrap();
    assert!(after.verify(&token).is_some());
    let again = TokenIssuer::open(file.clone()).unwrap();
    assert_eq!(again.jwks(), after.jwks());
    assert_eq!(again.jwks()["keys"].as_array().unwrap().len(), 2);
    assert_eq!(
        std::fs::metadata(&file).unwrap().permissions().mode() & 0o777,
        0o600
    );
    std::fs::remove_dir_all(file.parent().unwrap()).unwrap();
}

#[test]
fn a_running_issuer_learns_of_users_that_another_process_registered() {
    let file = file("users");
    let running = TokenIssuer::open(file.clone()).unwrap();
    let leeds = "LEI".parse().unwrap();
    let request = TokenRequest::local_user(&["ROLE_ALLOC_MGR"], &[leeds]);
    let token = TokenIssuer::open(file.clone()).unwrap().issue(&request).unwrap();
    assert_eq!(running.user("LOCAL_LEI").unwrap().unwrap().caseloads, [leeds]);
    assert!(running.verify(&token).is_some());
    assert_eq!(running.user("NOBODY").unwrap(), None);
    std::fs::remove_dir_all(file.parent().unwrap()).unwrap();
}

#[test]
fn a_token_that_is_over_or_not_ours_says_nothing() {
    let issuer = TokenIssuer::in_memory().unwrap();
    let mut request = TokenRequest::client("tests", &[]);
    let stranger = TokenIssuer::in_memory().unwrap().issue(&request).unwrap();
    assert!(issuer.verify(&stranger).is_none());
    request.lifetime = TimeDelta::seconds(-1);
    assert!(issuer.verify(&issuer.issue(&request).unwrap()).is_none());
    assert!(issuer.verify("not.a.token").is_none());
}

#[test]
fn a_file_that_is_something_else_is_named() {
    let file = file("damaged");
    std::fs::create_dir_all(file.parent().unwrap()).unwrap();
    std::fs::write(&file, "hello").unwrap();
    let fault = TokenIssuer::open(file.clone()).unwrap_err();
    assert!(fault.to_string().contains("tokens.json"), "{fault}");
    std::fs::remove_dir_all(file.parent().unwrap()).unwrap();
}
