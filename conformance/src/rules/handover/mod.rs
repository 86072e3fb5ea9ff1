//! `handover`: who is responsible for a case and from which day, from its raw facts; and the parts of that question.

mod additional;
mod api;
mod facts;
mod parts;
mod result;

#[cfg(test)]
mod hostile;
#[cfg(test)]
mod tests;

use domain::handover::{Situation, decide};

use self::{
    facts::Given,
    result::{Answered, Derived, Refused},
};
use crate::{
    rule::{BadCase, PolicyRule, Question, Reply},
    rules::handover_recalculation::recalculated,
};

/// Calculates handovers.
pub(super) struct Handover;

impl PolicyRule for Handover {
    fn name(&self) -> &'static str {
        "handover"
    }

    fn kinds(&self) -> &'static [&'static str] {
        &["handover", "calc", "recalc", "api_handover", "additional_isp"]
    }

    fn answer(&self, question: &Question<'_>, reply: &mut Reply) -> Result<(), BadCase> {
        match question.kind {
            "calc" => parts::answer(question, reply),
            "recalc" => reply.say(&recalculated(question)?),
            "api_handover" => api::answer(question, reply),
            "additional_isp" => additional::answer(question, reply),
            _ => calculate(question, reply),
        }
    }
}

/// The pure functions that the calculation is made of.
pub(super) struct HandoverParts;

impl PolicyRule for HandoverParts {
    fn name(&self) -> &'static str {
        "handover-calc"
    }

    fn kinds(&self) -> &'static [&'static str] {
        &["calc"]
    }

    fn answer(&self, question: &Question<'_>, reply: &mut Reply) -> Result<(), BadCase> {
        parts::answer(question, reply)
    }
}

pub(super) use self::{
    parts::answer as answer_part,
    result::{Dated, RoleFlags},
};

fn calculate(question: &Question<'_>, reply: &mut Reply) -> Result<(), BadCase> {
    let given: Given<'_> = question.given()?;
    let (at, rules) = (question.moment()?, question.rules);
    let lists = given.lists(question)?;
    let facts = given.facts(question, &lists)?;
    let situation = Situation::of(&facts, at, rules);
    let derived = Derived::of(&situation, &facts, at, rules);
    match situation.inside_policy() {
        Ok(()) => {
            let handover = decide(&situation, at.day(rules));
            reply.explain(handover.explanation());
            reply.say(&Answered::new(&handover, derived))
        }
        Err(outside) => {
            reply.explain(format_args!(
                "No handover is calculated: {outside}. (Handover rules 3.2)"
            ));
            reply.say(&Refused::new(derived))
        }
    }
}
