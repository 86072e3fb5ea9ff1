//! CAS2 (HDC): assigns an application to the POM of the moment, and writes to people when that is news.

use std::collections::BTreeSet;

use serde::Deserialize;
use tests::{Delivery, Stage};

use super::{Envelope, not_found};

#[derive(Debug, Deserialize)]
struct Details {
    manager: Manager,
    prison: Prison,
}

#[derive(Debug, Deserialize)]
struct Manager {
    code: i64,
}

#[derive(Debug, Deserialize)]
struct Prison {
    code: String,
}

/// Where an application's prisoner is, and who deals with it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Assignment {
    pub(crate) prison: String,
    pub(crate) pom: Option<i64>,
}

/// One application.
#[derive(Debug)]
pub(crate) struct Cas2 {
    pub(crate) assignments: Vec<Assignment>,
    pub(crate) emails: Vec<&'static str>,
    pub(crate) lookups: Vec<&'static str>,
    pub(crate) users: BTreeSet<i64>,
}

impl Cas2 {
    /// An application with its first assignment, in a service that knows these users.
    pub(crate) fn with(prison: &str, pom: Option<i64>, users: &[i64]) -> Self {
        Self {
            assignments: vec![Assignment {
                prison: prison.to_owned(),
                pom,
            }],
            emails: Vec::new(),
            lookups: Vec::new(),
            users: users.iter().copied().collect(),
        }
    }

    /// The present assignment.
    pub(crate) fn now(&self) -> &Assignment {
        self.assignments.last().unwrap()
    }

    /// The prisoner moved, as prisoner-search says.
    pub(crate) fn moved(&mut self, prison: &str) {
        self.assignments.push(Assignment {
            prison: prison.to_owned(),
            pom: None,
        });
    }

    /// Handles a message; whether it was of the type that is listened to.
    pub(crate) async fn hear(&mut self, stage: &Stage, delivery: &Delivery) -> bool {
        if delivery.attribute("eventType") != Some("offender-management.allocation.changed") {
            return false;
        }
        let answered = Envelope::read(delivery).details(stage).await;
        if answered.status == 200 {
            self.assign(serde_json::from_str(&answered.body).unwrap());
        } else {
            not_found(&answered);
        }
        true
    }

    fn assign(&mut self, details: Details) {
        let Assignment { prison, pom } = self.now().clone();
        if pom == Some(details.manager.code) {
            return;
        }
        if self.users.insert(details.manager.code) {
            self.lookups
                .extend(["nomis-user-roles by staff id", "nomis-user-roles by username"]);
        }
        let moved = prison != details.prison.code;
        if moved {
            self.moved(&details.prison.code);
            self.emails.push("prisoner moved");
        }
        if moved || pom.is_none() {
            self.emails.push("allocation changed");
        }
        self.assignments.push(Assignment {
            prison: details.prison.code,
            pom: Some(details.manager.code),
        });
    }
}
