//! `earliest-release`: the earliest date on which a prisoner may leave, as lists show it; and the one for handover.

use chrono::NaiveDate;
use serde::Serialize;

use crate::{
    given::GivenDates,
    rule::{BadCase, PolicyRule, Question, Reply},
    rules::handover::{Dated, answer_part},
};

/// Finds the earliest release.
pub(super) struct EarliestRelease;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Shown {
    earliest_release: Option<Dated>,
    automatic_release_date: Option<NaiveDate>,
    conditional_release_date: Option<NaiveDate>,
    post_recall_release_date: Option<NaiveDate>,
}

impl PolicyRule for EarliestRelease {
    fn name(&self) -> &'static str {
        "earliest-release"
    }

    fn kinds(&self) -> &'static [&'static str] {
        &["earliest_release", "calc"]
    }

    fn answer(&self, question: &Question<'_>, reply: &mut Reply) -> Result<(), BadCase> {
        if question.kind == "calc" {
            return answer_part(question, reply);
        }
        let dates = question.given::<GivenDates>()?.effective();
        let today = question.moment()?.today();
        reply.say(&Shown {
            earliest_release: dates
                .earliest_release_under(today, question.rules)
                .map(Dated::from),
            automatic_release_date: dates.automatic_release,
            conditional_release_date: dates.conditional_release,
            post_recall_release_date: dates.after_recall(),
        })
    }
}
