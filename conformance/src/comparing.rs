//! The comparison of two versions of the rules: the cases that they answer differently, by deviation.

use std::{
    collections::BTreeMap,
    fmt,
    io::{self, BufRead, Seek, Write},
};

use domain::handover::{Departure, RulesVersion};
use serde_json::Value;
use tempfile::SpooledTempFile;

use crate::{
    DiffOutcome, PolicyError,
    answering::{AnswerError, answer, rules_of},
    case::{Case, CaseError, CasePosition},
    cases::each_case,
    difference::{Difference, differences},
    rule::{BadCase, PolicyRule, Reply},
};

/// What makes a place of an answer come out differently: a deviation that does so by itself, or the fewest that do so
/// together. In the order of the deviations.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Cause(Vec<Departure>);

impl Cause {
    /// Every set of so many of these deviations.
    fn of(deviations: &[Departure], together: usize) -> Vec<Self> {
        let Some(fewer) = together.checked_sub(1) else {
            return vec![Self(Vec::new())];
        };
        let [first, others @ ..] = deviations else {
            return Vec::new();
        };
        let with_first = Self::of(others, fewer)
            .into_iter()
            .map(|Self(rest)| Self([&[*first], &*rest].concat()));
        with_first.chain(Self::of(others, together)).collect()
    }

    /// The version with each of them made if it was not, and not made if it was.
    fn toggled(&self, version: RulesVersion) -> RulesVersion {
        self.0.iter().fold(version, |version, &deviation| {
            if version.has(deviation) {
                version.without(deviation)
            } else {
                version.with(deviation)
            }
        })
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let codes: Vec<_> = self.0.iter().map(|deviation| deviation.code()).collect();
        let meanings: Vec<_> = self.0.iter().map(|deviation| deviation.meaning()).collect();
        f.write_str(&codes.join(" and "))?;
        if let Some(since) = self.0.iter().map(|deviation| deviation.since()).max() {
            write!(f, ", since {since}")?;
        }
        write!(f, ": {}", meanings.join(" "))
    }
}

/// The number of cases that a cause changes, and a line about each, kept until every case is compared.
struct Changed {
    cases: u64,
    /// Spooled to a temporary file above a size, so that memory does not grow with the cases.
    lines: SpooledTempFile,
}

/// How many bytes of lines each cause keeps in memory.
const IN_MEMORY: usize = 1 << 16;

impl Default for Changed {
    fn default() -> Self {
        Self {
            cases: 0,
            lines: SpooledTempFile::new(IN_MEMORY),
        }
    }
}

impl Changed {
    fn note(&mut self, line: &str) -> io::Result<()> {
        self.cases = self.cases.saturating_add(1);
        self.lines.write_all(format!("  {line}\n").as_bytes())
    }
}

/// A comparison of two versions. A case stands under each cause of what changes in its answer, with the places that
/// come out as the new version has them by that cause.
pub(crate) struct Comparison<'r, O, C> {
    rules: &'r [&'r dyn PolicyRule],
    old: RulesVersion,
    new: RulesVersion,
    output: O,
    errors: C,
    outcome: DiffOutcome,
    changed: BTreeMap<Cause, Changed>,
    replies: [Reply; 3],
}

impl<'r, O: Write, C: Write> Comparison<'r, O, C> {
    /// A new comparison.
    pub(crate) fn new(
        rules: &'r [&'r dyn PolicyRule],
        old: RulesVersion,
        new: RulesVersion,
        output: O,
        errors: C,
    ) -> Self {
        Self {
            rules,
            old,
            new,
            output,
            errors,
            outcome: DiffOutcome::default(),
            changed: BTreeMap::new(),
            replies: Default::default(),
        }
    }

    /// Compares every case of the input, then prints the differences.
    pub(crate) fn all(mut self, input: impl BufRead) -> Result<DiffOutcome, PolicyError> {
        each_case(input, &mut |place, case| self.process(place, case))?;
        for (cause, changed) in &mut self.changed {
            writeln!(self.output, "{cause}\n  cases: {}", changed.cases)?;
            changed.lines.rewind()?;
            io::copy(&mut changed.lines, &mut self.output)?;
            writeln!(self.output)?;
        }
        let DiffOutcome {
            same,
            changed,
            unreadable,
        } = self.outcome;
        write!(self.output, "{changed} answered differently, {same} alike")?;
        if unreadable > 0 {
            write!(self.output, ", {unreadable} unreadable")?;
        }
        writeln!(self.output)?;
        self.output.flush()?;
        Ok(self.outcome)
    }

    fn process(&mut self, place: CasePosition, case: Result<Case<'_>, CaseError>) -> io::Result<()> {
        let compared = case
            .map_err(AnswerError::from)
            .and_then(|case| self.compare(&case));
        let count = match &compared {
            Ok(None) => &mut self.outcome.same,
            Ok(Some(_)) => &mut self.outcome.changed,
            Err(_) => &mut self.outcome.unreadable,
        };
        *count = count.saturating_add(1);
        match compared {
            Ok(changes) => changes
                .into_iter()
                .flatten()
                .try_for_each(|(cause, line)| self.changed.entry(cause).or_default().note(&line)),
            Err(why) => writeln!(self.errors, "{place}: {why}"),
        }
    }

    /// A line about what each cause changes in the answer; none if both versions answer alike.
    fn compare(&mut self, case: &Case<'_>) -> Result<Option<Vec<(Cause, String)>>, AnswerError> {
        let Some(rule) = self.rules.iter().find(|rule| rule.kinds().contains(&&*case.kind)) else {
            return Err(AnswerError::Bad {
                id: case.id.to_string(),
                reason: BadCase::NoKind {
                    kind: case.kind.to_string(),
                },
            });
        };
        let (old, new) = (rules_of(*rule, case, self.old)?, rules_of(*rule, case, self.new)?);
        let [before, after, between] = &mut self.replies;
        answer(*rule, case, old, before)?;
        answer(*rule, case, new, after)?;
        if before.text() == after.text() {
            return Ok(None);
        }
        let id = &case.id;
        let deviations: Vec<_> = old.differing(new).collect();
        let mut unexplained = differences(&read(id, before)?, &read(id, after)?);
        let mut lines = Vec::new();
        for together in 1..=deviations.len() {
            let mut explained = Vec::new();
            for cause in Cause::of(&deviations, together) {
                answer(*rule, case, cause.toggled(old), between)?;
                if between.text() == before.text() {
                    continue;
                }
                let between = read(id, between)?;
                let made: Vec<_> = unexplained
                    .iter()
                    .filter(|change| change.is_made_in(&between))
                    .cloned()
                    .collect();
                if !made.is_empty() {
                    lines.push((cause, line(id, &made)));
                    explained.extend(made);
                }
            }
            unexplained.retain(|change| !explained.contains(change));
            if unexplained.is_empty() {
                break;
            }
        }
        Ok(Some(lines))
    }
}

fn read(id: &str, reply: &Reply) -> Result<Value, AnswerError> {
    serde_json::from_slice(reply.text()).map_err(|source| AnswerError::Bad {
        id: id.to_owned(),
        reason: BadCase::Answer(source),
    })
}

/// One line: the case, and at each place of the answer what it was and what it is.
fn line(id: &str, changes: &[Difference]) -> String {
    let changes: Vec<_> = changes
        .iter()
        .map(|difference| difference.as_change().to_string())
        .collect();
    format!("{id}: {}", changes.join("; "))
}
