//! What `allocations policy --help` says of the rules and their versions.

use domain::handover::{Departure, RulesVersion};

use super::RULES;

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
    use clap::CommandFactory;
    use domain::handover::{Departure, RulesVersion};
    use serde_json::Value;

    use super::super::{Asking, RULES, casework_tests, ran::run};
    use crate::cli::Cli;

    const README: &str = include_str!("../../../README.md");

    #[test]
    fn the_help_names_every_rule_every_kind_and_every_version() {
        let mut cli = Cli::command();
        let policy = cli.find_subcommand_mut("policy").unwrap();
        let help = policy.render_help().to_string();
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
        let diff = policy
            .find_subcommand_mut("diff")
            .unwrap()
            .render_help()
            .to_string();
        for (name, _) in RulesVersion::NAMED {
            for help in [&help, &diff] {
                assert!(help.lines().any(|line| line.trim() == name), "{name}: {help}");
            }
        }
        for departure in Departure::ALL {
            assert!(diff.contains(departure.code()), "{departure:?}");
        }
    }

    #[test]
    fn the_case_of_the_readme_is_answered_as_the_readme_says() {
        let mut told = README
            .lines()
            .filter(|line| line.starts_with("{\"id\":\"example\""));
        let (case, answer) = (told.next().unwrap(), told.next().unwrap());
        let asking = Asking {
            explain: true,
            strict: true,
            ..Asking::under(RulesVersion::REFERENCE)
        };
        assert_eq!(run("handover", asking, case).output, format!("{answer}\n"));
    }

    #[test]
    fn the_readme_names_every_rule_and_there_is_a_case_of_every_kind() {
        let cases = casework_tests::every_case();
        let kinds: Vec<_> = cases
            .lines()
            .map(|line| serde_json::from_str::<Value>(line).unwrap()["kind"].clone())
            .collect();
        for rule in RULES {
            assert!(README.contains(&format!("`{}`", rule.name())), "{}", rule.name());
            for kind in rule.kinds() {
                assert!(kinds.iter().any(|known| known == kind), "{kind}");
            }
        }
    }
}
