//! `omic-policy`: whether someone enters the service, and whether they are inside the policy that gives them a POM.

use chrono::NaiveDate;
use domain::{
    LegalStatus,
    handover::{HandoverFacts, Situation},
    prisoner::is_admitted,
    reference::Imprisonment,
};
use serde::{Deserialize, Serialize};

use crate::{
    given::GivenDates,
    rule::{BadCase, PolicyRule, Question, Reply},
    text::Text,
};

/// Tells who is in scope.
pub(super) struct OmicPolicy;

#[derive(Deserialize)]
#[cfg_attr(test, derive(Debug, serde::Serialize))]
#[serde(rename_all = "camelCase")]
struct Given<'a> {
    #[serde(borrow)]
    legal_status: Option<Text<'a>>,
    imprisonment_status: Option<Text<'a>>,
    indeterminate_sentence: Option<bool>,
    date_of_birth: Option<NaiveDate>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
#[expect(clippy::struct_excessive_bools, reason = "the shape of the answer")]
struct Scope {
    admitted_by_legal_status: bool,
    age: Option<u32>,
    over18: bool,
    sentenced: bool,
    immigration_case: bool,
    civil_sentence: bool,
    inside_omic_policy: bool,
}

impl PolicyRule for OmicPolicy {
    fn name(&self) -> &'static str {
        "omic-policy"
    }

    fn kinds(&self) -> &'static [&'static str] {
        &["omic"]
    }

    fn answer(&self, question: &Question<'_>, reply: &mut Reply) -> Result<(), BadCase> {
        let given: Given<'_> = question.given()?;
        let imprisonment = Imprisonment::from_code(given.imprisonment_status.as_deref());
        let legal_status = given.legal_status.as_deref().map(LegalStatus::from_upstream);
        let facts = HandoverFacts {
            date_of_birth: given.date_of_birth,
            imprisonment,
            indeterminate: given.indeterminate_sentence.unwrap_or_default(),
            dates: question.given::<GivenDates>()?.effective(),
            ..HandoverFacts::default()
        };
        let situation = Situation::of(&facts, question.moment()?, question.rules);
        reply.say(&Scope {
            admitted_by_legal_status: is_admitted(legal_status, imprisonment),
            age: situation.age,
            over18: situation.adult == Some(true),
            sentenced: situation.sentenced,
            immigration_case: imprisonment == Imprisonment::Immigration,
            civil_sentence: imprisonment == Imprisonment::Civil,
            inside_omic_policy: situation.inside_policy().is_ok(),
        })
    }
}
