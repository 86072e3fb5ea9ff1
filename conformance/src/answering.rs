//! One run over many cases: answers each, compares it with what is expected, and counts.

use std::io::{self, BufRead, Write};

use domain::handover::RulesVersion;
use serde::Serialize;
use serde_json::Value;

use crate::{
    AnswerOptions, PolicyError, PolicyOutcome,
    case::{Case, CaseError, CasePosition},
    cases::each_case,
    difference::{Difference, differences},
    rule::{BadCase, PolicyRule, Reply},
    rules::other_kind,
    strictness::check,
};

/// A run of one rule.
pub(crate) struct Run<'r, O, C> {
    rule: &'r dyn PolicyRule,
    options: AnswerOptions,
    output: O,
    errors: C,
    outcome: PolicyOutcome,
    reply: Reply,
}

/// Why a case was not answered or compared.
#[derive(Debug, thiserror::Error)]
pub(crate) enum AnswerError {
    #[error(transparent)]
    CaseError(#[from] CaseError),
    #[error("{id}: {reason}")]
    Bad { id: String, reason: BadCase },
    #[error("{id}: has no 'expect' to compare with")]
    NothingExpected { id: String },
}

impl<'r, O: Write, C: Write> Run<'r, O, C> {
    /// A new run.
    pub(crate) fn new(rule: &'r dyn PolicyRule, options: AnswerOptions, output: O, errors: C) -> Self {
        Self {
            rule,
            options,
            output,
            errors,
            outcome: PolicyOutcome::default(),
            reply: if options.explain {
                Reply::explained()
            } else {
                Reply::default()
            },
        }
    }

    /// Answers every case of the input.
    pub(crate) fn all(mut self, input: impl BufRead) -> Result<PolicyOutcome, PolicyError> {
        each_case(input, &mut |place, case| self.process(place, case))?;
        if self.options.expect {
            let PolicyOutcome {
                passed,
                failed,
                deviations,
                unreadable,
            } = self.outcome;
            write!(
                self.output,
                "{passed} passed, {failed} failed, {deviations} departures"
            )?;
            if unreadable > 0 {
                write!(self.output, ", {unreadable} unreadable")?;
            }
            writeln!(self.output)?;
        }
        self.output.flush()?;
        Ok(self.outcome)
    }

    fn process(&mut self, place: CasePosition, case: Result<Case<'_>, CaseError>) -> io::Result<()> {
        let answered = case.map_err(AnswerError::from).and_then(|case| {
            let rules = rules_of(self.rule, &case, self.options.rules)?;
            let comparison = self.answer(&case, rules)?;
            Ok((case, rules, comparison))
        });
        match answered {
            Ok((case, rules, None)) => self.write_answer(&case, rules),
            Ok((case, _, Some(found))) => self.report(&case, found),
            Err(why) => {
                self.outcome.unreadable = self.outcome.unreadable.saturating_add(1);
                writeln!(self.errors, "{place}: {why}")
            }
        }
    }

    /// Answers the case under these rules, and returns the differences if it is compared.
    fn answer(
        &mut self,
        case: &Case<'_>,
        rules: RulesVersion,
    ) -> Result<Option<Vec<Difference>>, AnswerError> {
        let expected = match (self.options.expect, case.expect) {
            (false, _) => None,
            (true, Some(expected)) => Some(expected),
            (true, None) => {
                let id = case.id.to_string();
                return Err(AnswerError::NothingExpected { id });
            }
        };
        if self.options.strict {
            check(self.rule, case, rules, &mut self.reply).map_err(|reason| bad(case, reason))?;
        }
        answer(self.rule, case, rules, &mut self.reply)?;
        expected
            .map(|expected| {
                let expected: Value = serde_json::from_str(expected.get()).map_err(BadCase::Expected)?;
                let got = serde_json::from_slice(self.reply.text()).map_err(BadCase::Answer)?;
                Ok(differences(&expected, &got))
            })
            .transpose()
            .map_err(|reason| bad(case, reason))
    }

    fn report(&mut self, case: &Case<'_>, found: Vec<Difference>) -> io::Result<()> {
        let unexplained = unexplained(&self.reply, found);
        let count = match (&unexplained, self.reply.deviations.is_empty()) {
            (Unexplained::Nothing, true) => &mut self.outcome.passed,
            (Unexplained::Nothing, false) => &mut self.outcome.deviations,
            _ => &mut self.outcome.failed,
        };
        *count = count.saturating_add(1);
        let id = &case.id;
        match unexplained {
            Unexplained::Nothing => Ok(()),
            Unexplained::Deviation => {
                let codes = codes(&self.reply).join(", ");
                writeln!(self.output, "{id} declares {codes} but answers as expected")
            }
            Unexplained::Differences(found) => found
                .iter()
                .try_for_each(|difference| writeln!(self.output, "{id} {difference}")),
        }
    }

    fn write_answer(&mut self, case: &Case<'_>, rules: RulesVersion) -> io::Result<()> {
        self.outcome.passed = self.outcome.passed.saturating_add(1);
        let Self { output, reply, .. } = self;
        output.write_all(b"{\"id\":")?;
        serde_json::to_writer(&mut *output, &case.id)?;
        output.write_all(b",\"result\":")?;
        output.write_all(reply.text())?;
        if !reply.deviations.is_empty() {
            write_member(output, "departures", &codes(reply))?;
        }
        if let Some(why) = reply.explanation() {
            write_member(output, "explanation", why)?;
        }
        if self.options.name_rules {
            write_member(output, "rules", &format_args!("{rules}"))?;
        }
        output.write_all(b"}\n")
    }
}

/// Writes one more member of an object that has some.
fn write_member(output: &mut impl Write, name: &str, value: &(impl Serialize + ?Sized)) -> io::Result<()> {
    write!(output, ",\"{name}\":")?;
    serde_json::to_writer(output, value)?;
    Ok(())
}

/// The rules under which the case is answered when these are asked for.
pub(crate) fn rules_of(
    rule: &dyn PolicyRule,
    case: &Case<'_>,
    asked: RulesVersion,
) -> Result<RulesVersion, AnswerError> {
    of_its_kind(rule, case)
        .and_then(|()| rule.rules(&case.question(asked)))
        .map_err(|reason| bad(case, reason))
}

/// Asks the rule, if the case is of its kind.
pub(crate) fn answer(
    rule: &dyn PolicyRule,
    case: &Case<'_>,
    rules: RulesVersion,
    reply: &mut Reply,
) -> Result<(), AnswerError> {
    reply.clear();
    of_its_kind(rule, case)
        .and_then(|()| rule.answer(&case.question(rules), reply))
        .map_err(|reason| bad(case, reason))
}

fn of_its_kind(rule: &dyn PolicyRule, case: &Case<'_>) -> Result<(), BadCase> {
    if rule.kinds().contains(&&*case.kind) {
        return Ok(());
    }
    Err(other_kind(&case.kind))
}

fn bad(case: &Case<'_>, reason: BadCase) -> AnswerError {
    AnswerError::Bad {
        id: case.id.to_string(),
        reason,
    }
}

/// What no deviation explains.
enum Unexplained {
    Nothing,
    /// A declared deviation without a difference.
    Deviation,
    /// It differs where no deviation explains it.
    Differences(Vec<Difference>),
}

/// Nothing may differ before the first deviation; from there on the two services have different pasts.
fn unexplained(answer: &Reply, found: Vec<Difference>) -> Unexplained {
    let first = answer.deviations.iter().map(|deviation| deviation.step).min();
    if found.is_empty() && first.is_some() {
        return Unexplained::Deviation;
    }
    let left: Vec<_> = found
        .into_iter()
        .filter(|difference| first.is_none() || difference.step() < first)
        .collect();
    if left.is_empty() {
        Unexplained::Nothing
    } else {
        Unexplained::Differences(left)
    }
}

fn codes(answer: &Reply) -> Vec<&'static str> {
    let mut codes: Vec<_> = answer.deviations.iter().map(|deviation| deviation.code).collect();
    codes.sort_unstable();
    codes.dedup();
    codes
}
