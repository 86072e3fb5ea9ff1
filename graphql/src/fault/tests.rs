//! Every error has a code, and none tells what is inside.

use std::sync::Arc;

use async_graphql::{Error, ServerError};
use commands::Position;
use projections::ReadModelError;

use super::{Code, Fault, label};

fn labelled(message: &str) -> ServerError {
    let mut error = ServerError::new(message, None);
    label(&mut error);
    error
}

fn code(error: &ServerError) -> String {
    let extensions = error.extensions.clone().unwrap();
    serde_json::to_value(extensions).unwrap()["code"]
        .as_str()
        .unwrap()
        .to_owned()
}

#[test]
fn errors_of_the_library_get_a_code() {
    assert_eq!(
        code(&labelled(
            "The recursion depth of the query cannot be greater than `32`"
        )),
        "QUERY_TOO_COMPLEX"
    );
    assert_eq!(
        code(&labelled("PersistedQueryNotFound")),
        "PERSISTED_QUERY_NOT_FOUND"
    );
    assert_eq!(
        code(&labelled("Unknown field \"x\" on type \"Query\".")),
        "BAD_USER_INPUT"
    );
}

#[test]
fn our_own_codes_are_kept() {
    let mut error = Fault::new(Code::Forbidden, "no").into_server_error();
    label(&mut error);
    assert_eq!(code(&error), "FORBIDDEN");
}

#[test]
fn faults_inside_the_library_tell_nothing() {
    let error = labelled("internal: non-null types require a return value");
    assert_eq!(
        (code(&error).as_str(), error.message.contains("non-null")),
        ("INTERNAL", false)
    );
}

#[test]
fn what_a_database_says_stays_inside() {
    let secret: Arc<str> = "relation rm.cases does not exist".into();
    for error in [
        ReadModelError::Unavailable(secret.clone()),
        ReadModelError::Damaged(secret),
    ] {
        let shown: Error = Fault::from(error).into();
        assert!(!format!("{shown:?}").contains("rm.cases"));
    }
}

#[test]
fn what_is_not_yet_readable_says_how_far_it_is_and_when_to_ask_again() {
    let behind = ReadModelError::NotYetProjected {
        wanted: Position::new(9),
        reached: Position::new(7),
    };
    let error = Fault::from(behind).into_server_error();
    let extensions = serde_json::to_value(error.extensions).unwrap();
    assert_eq!(
        extensions,
        serde_json::json!({"code": "NOT_YET_PROJECTED", "retryAfterSeconds": 1, "wanted": "9", "reached": "7"})
    );
}
