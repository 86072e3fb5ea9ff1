//! Every path of the schema, asked by every set of roles about a prisoner of another prison: not one byte of that
//! prisoner is told but to those who may read it.
//!
//! The paths come from the schema itself, and what its arguments need from [`values`]: a new field is walked as soon as it
//! is there, and a new argument fails this test until it has a value.

mod paths;
mod people;
mod rights;
mod shape;
mod values;

use std::collections::BTreeSet;

use std::sync::Arc;

use commands::access::Role;
use futures::{StreamExt, stream};
use graphql::{Caller, GuardedRequest};
use serde_json::{Value, json};

use self::{
    paths::{Operation, Question},
    rights::{Section, may_read},
    shape::Shape,
};
use crate::world::{World, allocator, body};

/// How many requests are under way at a time.
const TOGETHER: usize = 16;

/// Somebody who works at Leeds and has these roles.
fn at_leeds(roles: &BTreeSet<Role>) -> Caller {
    let mut caller = allocator("LEI");
    Arc::make_mut(&mut caller.principal).roles.clone_from(roles);
    caller
}

/// Everything that is answered: for a subscription up to the newest event, which is one of Leeds.
async fn told(world: &World, question: &Question, roles: &BTreeSet<Role>, newest: &str) -> String {
    if question.operation != Operation::Subscription {
        let answer = world
            .answer(at_leeds(roles), &question.document, Value::Null)
            .await;
        return body(&answer).to_string();
    }
    let request = json!({ "query": question.document }).to_string();
    let request = GuardedRequest::from_json(request.as_bytes()).unwrap();
    let mut responses = Box::pin(graphql::execute_stream(&world.schema, request, at_leeds(roles)));
    let mut heard = String::new();
    while let Some(response) = responses.next().await {
        let response = body(&response);
        heard.push_str(&response.to_string());
        if response["data"]
            .as_object()
            .is_some_and(|data| data.values().any(|of| of["position"] == newest))
        {
            break;
        }
    }
    heard
}

/// The marks of the prisoner in an answer.
fn marks_in(heard: &str) -> BTreeSet<&'static str> {
    let heard = heard.to_lowercase();
    let marks = people::MARKS.iter().copied();
    marks
        .filter(|mark| heard.contains(&mark.to_lowercase()))
        .collect()
}

fn all_questions() -> Vec<Question> {
    let shape = Shape::of(&graphql::sdl());
    let questions = paths::questions(&shape);
    for mutation in shape.root_fields("Mutation") {
        let ordered = people::CHANGES.iter().any(|change| *change == mutation);
        assert!(
            ordered,
            "{mutation} has no place among the changes that are delivered again"
        );
    }
    questions
}

#[tokio::test]
async fn no_path_tells_of_another_prisons_prisoner_but_to_those_who_may_read_it() {
    let world = people::world(&all_questions()).await;
    // Once more: what is asked as of now is asked as of now.
    let questions = all_questions();
    let newest = world.head().await.to_string();
    let asked: Vec<_> = rights::role_sets()
        .into_iter()
        .flat_map(|roles| questions.iter().map(move |question| (roles.clone(), question)))
        .collect();
    let mut seen: BTreeSet<(Section, &str)> = BTreeSet::new();
    let (world, newest) = (&world, newest.as_str());
    let mut answers = stream::iter(asked)
        .map(|(roles, question)| async move {
            let heard = told(world, question, &roles, newest).await;
            let nobody = match question.about_nobody() {
                Some(nobody) if !question.sections.iter().any(|section| may_read(&roles, *section)) => {
                    Some(told(world, &nobody, &roles, newest).await)
                }
                _ => None,
            };
            (roles, question, heard, nobody)
        })
        .buffer_unordered(TOGETHER);
    while let Some((roles, question, heard, nobody)) = answers.next().await {
        let document = &question.document;
        for wrong in ["BAD_USER_INPUT", "INTERNAL"] {
            assert!(!heard.contains(wrong), "{document}\n{heard}");
        }
        // Histories of the caseloads of all POMs cost more than anybody may ask at once; `pom` leads to the same.
        let too_costly = heard.contains("QUERY_TOO_COMPLEX");
        assert!(!too_costly || document.contains("{ poms("), "{document}\n{heard}");
        let marks = marks_in(&heard);
        let allowed = question.sections.iter().all(|section| may_read(&roles, *section));
        if let (true, Some(last)) = (allowed, question.sections.last()) {
            seen.extend(marks.iter().map(|mark| (*last, *mark)));
            continue;
        }
        assert_eq!(marks, BTreeSet::new(), "{roles:?} read {document}\n{heard}");
        if let Some(nobody) = nobody {
            assert_eq!(
                heard, nobody,
                "{roles:?} can tell that somebody is known by {document}"
            );
        }
    }
    drop(answers);
    assert_eq!(world.head().await.to_string(), newest, "asking changed nothing");
    for (section, mark) in rights::TOLD {
        assert!(
            seen.contains(&(*section, *mark)),
            "{mark} is told to nobody by {section:?}"
        );
    }
}

#[tokio::test]
async fn a_change_is_answered_again_to_whoever_made_it_though_the_prisoner_is_another_prisons() {
    let questions = all_questions();
    let world = people::world(&questions).await;
    let everybody = rights::everybody();
    for change in people::CHANGES {
        let again = questions
            .iter()
            .find(|question| question.repeats(change))
            .unwrap();
        let heard = told(&world, again, &everybody, "").await;
        assert!(heard.contains("\"replayed\":true"), "{change}: {heard}");
    }
}
