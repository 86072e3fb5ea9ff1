//! `recommendation`: which type of POM a case should have, and why.

use domain::{
    RoshLevel, Tier,
    policy::{CaseFacts, Recommendation, Strategy, recommend},
};
use serde::Deserialize;
use serde_json::json;

use crate::rule::{BadCase, PolicyRule, Question, Reply};

/// Recommends a type of POM.
pub(super) struct RecommendedPomType;

#[derive(Deserialize)]
#[cfg_attr(test, derive(Debug, serde::Serialize))]
#[serde(rename_all = "camelCase")]
struct Given {
    strategy: Strategy,
    immigration_case: bool,
    pom_responsible: bool,
    tier: Option<String>,
    rosh_level: Option<String>,
}

impl PolicyRule for RecommendedPomType {
    fn name(&self) -> &'static str {
        "recommendation"
    }

    fn kinds(&self) -> &'static [&'static str] {
        &["recommendation"]
    }

    fn answer(&self, question: &Question<'_>, reply: &mut Reply) -> Result<(), BadCase> {
        let given: Given = question.given()?;
        let facts = CaseFacts {
            immigration_case: given.immigration_case,
            pom_responsible: given.pom_responsible,
            tier: present(given.tier)
                .map(|score| Tier::from_score(&score).ok_or_else(|| BadCase::value("tier", score)))
                .transpose()?,
            rosh: present(given.rosh_level)
                .map(|level| {
                    level
                        .parse::<RoshLevel>()
                        .map_err(|_| BadCase::value("RoSH level", level))
                })
                .transpose()?,
        };
        let (recommendation, reason) = recommend(given.strategy, facts);
        reply.say(&json!({
            "recommendedPomType": recommendation.code(),
            "label": recommendation.position().map(domain::PomPosition::word),
            "available": recommendation != Recommendation::None,
            "reason": reason.code(),
        }))
    }
}

/// Blank text says as little as none.
fn present(text: Option<String>) -> Option<String> {
    text.filter(|text| !text.trim().is_empty())
}
