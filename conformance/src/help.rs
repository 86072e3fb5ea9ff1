//! What `allocations policy --help` says of the rules and their versions.

use domain::handover::{Departure, RulesVersion};

use crate::rules::RULES;

/// Each rule with the kinds of case that it answers, and each version of the rules.
#[must_use]
pub fn rules_and_versions() -> String {
    let widest = RULES
        .iter()
        .map(|rule| rule.name().len())
        .max()
        .unwrap_or_default();
    let rules = RULES
        .iter()
        .map(|rule| format!("  {:widest$}  {}", rule.name(), rule.kinds().join(", ")));
    let rules: Vec<_> = rules.collect();
    format!(
        "Rules, and the kinds of case that each answers:\n{}\n\n{}",
        rules.join("\n"),
        versions()
    )
}

/// Each version of the rules, and each decision that can be added to one.
#[must_use]
pub fn versions() -> String {
    let names = RulesVersion::NAMED.map(|(name, _)| name);
    let departures: Vec<_> = Departure::ALL.iter().map(|departure| departure.code()).collect();
    format!(
        "Versions of the rules, oldest first:\n  {}\n\nDecisions that can be added to a version with '+':\n  {}",
        names.join("\n  "),
        departures.join("\n  ")
    )
}

#[cfg(test)]
mod tests {
    use domain::handover::{Departure, RulesVersion};
    use serde_json::Value;

    use super::{rules_and_versions, versions};
    use crate::{AnswerOptions, casework_tests, ran::run, rules::RULES};

    const MANUAL: &str = include_str!("../../docs/RULES.md");

    #[test]
    fn the_help_names_every_rule_every_kind_and_every_version() {
        let help = rules_and_versions();
        for rule in RULES {
            let line = help
                .lines()
                .find(|line| line.starts_with(&format!("  {} ", rule.name())))
                .unwrap();
            assert!(
                line.ends_with(&format!("  {}", rule.kinds().join(", "))),
                "{line}"
            );
        }
        assert!(help.ends_with(&versions()), "{help}");
        for (name, _) in RulesVersion::NAMED {
            assert!(
                versions().lines().any(|line| line.trim() == name),
                "{name}: {help}"
            );
        }
        for departure in Departure::ALL {
            assert!(versions().contains(departure.code()), "{departure:?}");
        }
    }

    #[test]
    fn the_case_of_the_manual_is_answered_as_the_manual_says() {
        let mut told = MANUAL
            .lines()
            .filter(|line| line.starts_with("{\"id\":\"example\""));
        let (case, answer) = (told.next().unwrap(), told.next().unwrap());
        let options = AnswerOptions {
            explain: true,
            strict: true,
            ..AnswerOptions::under(RulesVersion::REFERENCE)
        };
        assert_eq!(run("handover", options, case).output, format!("{answer}\n"));
    }

    #[test]
    fn the_manual_names_every_rule_and_there_is_a_case_of_every_kind() {
        let cases = casework_tests::every_case();
        let kinds: Vec<_> = cases
            .lines()
            .map(|line| serde_json::from_str::<Value>(line).unwrap()["kind"].clone())
            .collect();
        for rule in RULES {
            assert!(MANUAL.contains(&format!("`{}`", rule.name())), "{}", rule.name());
            for kind in rule.kinds() {
                assert!(kinds.iter().any(|known| known == kind), "{kind}");
            }
        }
    }
}
