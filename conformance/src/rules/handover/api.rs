//! The handover API's view of a stored handover.

use chrono::NaiveDate;
use domain::handover::{ComContact, OverrideValue, PomContact, Responsibility, StoredHandover};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::{
    rule::{BadCase, Question, Reply},
    text::Text,
};

/// Whom a case is about that names nobody.
const NOBODY: &str = "A1234AB";

#[derive(Deserialize)]
#[cfg_attr(test, derive(Debug, serde::Serialize))]
#[serde(rename_all = "camelCase")]
struct Given<'a> {
    #[serde(borrow)]
    noms_number: Option<Text<'a>>,
    handover: Option<GivenHandover>,
    probation: Option<GivenProbation<'a>>,
    allocation: Option<GivenAllocation<'a>>,
    r#override: Option<OverrideValue>,
}

#[derive(Deserialize)]
#[cfg_attr(test, derive(Debug, serde::Serialize))]
#[serde(rename_all = "camelCase")]
struct GivenHandover {
    responsibility: Responsibility,
    handover_date: Option<NaiveDate>,
    handover_start_date: Option<NaiveDate>,
}

#[derive(Deserialize)]
#[cfg_attr(test, derive(Debug, serde::Serialize))]
#[serde(rename_all = "camelCase")]
struct GivenProbation<'a> {
    #[serde(borrow)]
    com_name: Option<Text<'a>>,
    com_email: Option<Text<'a>>,
}

#[derive(Deserialize)]
#[cfg_attr(test, derive(Debug, serde::Serialize))]
#[serde(rename_all = "camelCase")]
struct GivenAllocation<'a> {
    primary_pom: Option<i64>,
    #[serde(borrow)]
    primary_pom_name: Option<Text<'a>>,
}

#[derive(Serialize)]
struct Response<B> {
    status: u16,
    body: B,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Body<'a> {
    noms_number: &'a str,
    handover_date: Option<NaiveDate>,
    handover_start_date: Option<NaiveDate>,
    responsibility: &'static str,
    responsible_com_name: Option<&'a str>,
    responsible_com_email: Option<&'a str>,
    responsible_pom_name: Option<&'a str>,
    responsible_pom_nomis_id: Option<i64>,
}

/// The response.
pub(super) fn answer(question: &Question<'_>, reply: &mut Reply) -> Result<(), BadCase> {
    let given: Given<'_> = question.given()?;
    let Some(handover) = &given.handover else {
        return reply.say(&Response {
            status: 404,
            body: json!({ "status": "error", "message": "Not found" }),
        });
    };
    let (probation, allocation) = (given.probation.as_ref(), given.allocation.as_ref());
    let told = StoredHandover {
        responsibility: handover.responsibility,
        handover_date: handover.handover_date,
        start_date: handover.handover_start_date,
        overridden: given.r#override,
        com: ComContact {
            name: probation.and_then(|record| record.com_name.as_deref()),
            email: probation.and_then(|record| record.com_email.as_deref()),
        },
        pom: PomContact {
            name: allocation.and_then(|row| row.primary_pom_name.as_deref()),
            staff_id: allocation.and_then(|row| row.primary_pom),
        },
    }
    .published(question.rules);
    reply.say(&Response {
        status: 200,
        body: Body {
            noms_number: given.noms_number.as_deref().unwrap_or(NOBODY),
            handover_date: told.handover_date,
            handover_start_date: told.start_date,
            responsibility: told.responsibility,
            responsible_com_name: told.com.name,
            responsible_com_email: told.com.email,
            responsible_pom_name: told.pom.name,
            responsible_pom_nomis_id: told.pom.staff_id,
        },
    })
}
