//! Two versions of the rules side by side: which cases they answer differently, and by which departure.

use std::{
    collections::BTreeMap,
    io::{self, BufRead, Write},
};

use domain::handover::{Departure, RulesVersion};

use super::{
    DiffOutcome, PolicyError,
    answering::{Unanswered, answer},
    cases::{Case, NoCase, Place, each_case},
    difference::differences,
    rule::{BadCase, PolicyRule, Reply},
};

/// A comparison of two versions. What differs is kept until the end, to be told by departure.
pub(super) struct Comparison<'r, O, C> {
    rules: &'r [&'r dyn PolicyRule],
    old: RulesVersion,
    new: RulesVersion,
    output: O,
    complaints: C,
    outcome: DiffOutcome,
    /// The lines about the cases that each set of departures changes.
    changed: BTreeMap<Vec<Departure>, Vec<String>>,
    replies: [Reply; 3],
}

impl<'r, O: Write, C: Write> Comparison<'r, O, C> {
    /// A comparison that has met no case yet.
    pub(super) fn new(
        rules: &'r [&'r dyn PolicyRule],
        old: RulesVersion,
        new: RulesVersion,
        output: O,
        complaints: C,
    ) -> Self {
        Self {
            rules,
            old,
            new,
            output,
            complaints,
            outcome: DiffOutcome::default(),
            changed: BTreeMap::new(),
            replies: Default::default(),
        }
    }

    /// Meets every case of the input, then tells what differs.
    pub(super) fn all(mut self, input: impl BufRead) -> Result<DiffOutcome, PolicyError> {
        each_case(input, &mut |place, case| self.meet(place, case))?;
        for (departures, lines) in &self.changed {
            write_heading(&mut self.output, departures, lines.len())?;
            for line in lines {
                writeln!(self.output, "  {line}")?;
            }
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

    fn meet(&mut self, place: Place, case: Result<Case<'_>, NoCase>) -> io::Result<()> {
        let compared = case
            .map_err(Unanswered::from)
            .and_then(|case| self.compare(&case));
        let count = match &compared {
            Ok(true) => &mut self.outcome.same,
            Ok(false) => &mut self.outcome.changed,
            Err(_) => &mut self.outcome.unreadable,
        };
        *count = count.saturating_add(1);
        match compared {
            Ok(_) => Ok(()),
            Err(why) => writeln!(self.complaints, "{place}: {why}"),
        }
    }

    /// Whether both versions answer the case alike; if not, what differs is noted.
    fn compare(&mut self, case: &Case<'_>) -> Result<bool, Unanswered> {
        let Some(rule) = self.rules.iter().find(|rule| rule.kinds().contains(&&*case.kind)) else {
            return Err(Unanswered::Bad {
                id: case.id.to_string(),
                reason: BadCase::Kind {
                    kind: case.kind.to_string(),
                },
            });
        };
        let [before, after, between] = &mut self.replies;
        answer(*rule, case, self.old, before)?;
        answer(*rule, case, self.new, after)?;
        if before.text() == after.text() {
            return Ok(true);
        }
        let mut alone = Vec::new();
        let mut last = Vec::new();
        for departure in self.old.differing(self.new) {
            answer(*rule, case, toggled(self.old, departure), between)?;
            if between.text() != before.text() {
                alone.push(departure);
            }
            answer(*rule, case, toggled(self.new, departure), between)?;
            if between.text() != after.text() {
                last.push(departure);
            }
        }
        let responsible = if alone.is_empty() { last } else { alone };
        let line = changed_line(case, before, after)?;
        self.changed.entry(responsible).or_default().push(line);
        Ok(false)
    }
}

/// The version with this departure made if it was not, and not made if it was.
fn toggled(version: RulesVersion, departure: Departure) -> RulesVersion {
    if version.has(departure) {
        version.without(departure)
    } else {
        version.with(departure)
    }
}

/// One line: the case, and at each place of the answer what it was and what it is.
fn changed_line(case: &Case<'_>, before: &Reply, after: &Reply) -> Result<String, Unanswered> {
    let read = |reply: &Reply| {
        serde_json::from_slice(reply.text()).map_err(|source| Unanswered::Bad {
            id: case.id.to_string(),
            reason: BadCase::Answer(source),
        })
    };
    let changes: Vec<_> = differences(&read(before)?, &read(after)?)
        .iter()
        .map(|difference| difference.as_change().to_string())
        .collect();
    Ok(format!("{}: {}", case.id, changes.join("; ")))
}

fn write_heading(output: &mut impl Write, departures: &[Departure], cases: usize) -> io::Result<()> {
    if departures.is_empty() {
        writeln!(output, "several departures together: {cases}")?;
    }
    for departure in departures {
        writeln!(
            output,
            "{departure}, since {}: {}",
            departure.since(),
            departure.meaning(),
        )?;
    }
    writeln!(output, "  cases: {cases}")
}
