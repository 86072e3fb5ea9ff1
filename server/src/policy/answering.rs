//! One run over many cases: answers each, compares it when asked, and counts.

use std::io::{self, BufRead, Write};

use serde_json::json;

use super::{
    PolicyError, PolicyOutcome,
    cases::{Case, NoCase, Place, each_case},
    difference::{Difference, differences},
    rule::{Answer, BadCase, PolicyRule},
};

/// A run of one rule.
pub(super) struct Run<O, C> {
    rule: &'static dyn PolicyRule,
    output: O,
    complaints: C,
    expect: bool,
    outcome: PolicyOutcome,
}

/// Why a case got no answer, or its answer no comparison.
#[derive(Debug, thiserror::Error)]
enum Unanswered {
    #[error(transparent)]
    NoCase(#[from] NoCase),
    #[error("{id}: {reason}")]
    Bad { id: String, reason: BadCase },
    #[error("{id}: has no 'expect' to compare with")]
    NothingExpected { id: String },
}

impl<O: Write, C: Write> Run<O, C> {
    /// A run that has met no case yet.
    pub(super) fn new(rule: &'static dyn PolicyRule, output: O, complaints: C, expect: bool) -> Self {
        Self {
            rule,
            output,
            complaints,
            expect,
            outcome: PolicyOutcome::default(),
        }
    }

    /// Meets every case of the input.
    pub(super) fn all(mut self, input: impl BufRead) -> Result<PolicyOutcome, PolicyError> {
        each_case(input, &mut |place, case| self.meet(place, case))?;
        if self.expect {
            let PolicyOutcome {
                passed,
                failed,
                departures,
                unreadable,
            } = self.outcome;
            write!(
                self.output,
                "{passed} passed, {failed} failed, {departures} departures"
            )?;
            if unreadable > 0 {
                write!(self.output, ", {unreadable} unreadable")?;
            }
            writeln!(self.output)?;
        }
        self.output.flush()?;
        Ok(self.outcome)
    }

    fn meet(&mut self, place: Place, case: Result<Case, NoCase>) -> io::Result<()> {
        match case.map_err(Unanswered::from).and_then(|case| self.answer(case)) {
            Ok((case, answer)) => self.report(&case, &answer),
            Err(why) => {
                self.outcome.unreadable = self.outcome.unreadable.saturating_add(1);
                writeln!(self.complaints, "{place}: {why}")
            }
        }
    }

    fn answer(&self, case: Case) -> Result<(Case, Answer), Unanswered> {
        if self.expect && case.expect.is_none() {
            return Err(Unanswered::NothingExpected { id: case.id });
        }
        match self.rule.answer(&case.given, &case.context) {
            Ok(answer) => Ok((case, answer)),
            Err(reason) => Err(Unanswered::Bad { id: case.id, reason }),
        }
    }

    fn report(&mut self, case: &Case, answer: &Answer) -> io::Result<()> {
        let Some(expected) = case.expect.as_ref().filter(|_| self.expect) else {
            self.outcome.passed = self.outcome.passed.saturating_add(1);
            return self.write_answer(case, answer);
        };
        let unexplained = unexplained(answer, differences(expected, &answer.result));
        let count = match (&unexplained, answer.departures.is_empty()) {
            (Unexplained::Nothing, true) => &mut self.outcome.passed,
            (Unexplained::Nothing, false) => &mut self.outcome.departures,
            _ => &mut self.outcome.failed,
        };
        *count = count.saturating_add(1);
        let id = &case.id;
        match unexplained {
            Unexplained::Nothing => Ok(()),
            Unexplained::Departure => {
                let codes = codes(answer).join(", ");
                writeln!(self.output, "{id} declares {codes} but answers as expected")
            }
            Unexplained::Differences(found) => found
                .iter()
                .try_for_each(|difference| writeln!(self.output, "{id} {difference}")),
        }
    }

    fn write_answer(&mut self, case: &Case, answer: &Answer) -> io::Result<()> {
        let mut line = json!({ "id": case.id, "result": answer.result });
        if let (Some(members), false) = (line.as_object_mut(), answer.departures.is_empty()) {
            members.insert("departures".to_owned(), json!(codes(answer)));
        }
        writeln!(self.output, "{line}")
    }
}

/// What an answer leaves unexplained.
enum Unexplained {
    Nothing,
    /// It declares a departure and does not depart.
    Departure,
    /// It differs where no departure explains it.
    Differences(Vec<Difference>),
}

/// Nothing may differ before the first departure; from there on the two services have different pasts.
fn unexplained(answer: &Answer, found: Vec<Difference>) -> Unexplained {
    let first = answer.departures.iter().map(|departure| departure.step).min();
    if found.is_empty() && first.is_some() {
        return Unexplained::Departure;
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

fn codes(answer: &Answer) -> Vec<&'static str> {
    let mut codes: Vec<_> = answer.departures.iter().map(|departure| departure.code).collect();
    codes.sort_unstable();
    codes.dedup();
    codes
}
