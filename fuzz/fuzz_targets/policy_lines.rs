//! Every rule and every comparison answers or reports each line of arbitrary bytes, and nothing panics.
#![no_main]

use conformance::{AnswerOptions, PolicyError, RulesVersion, diff, rule_names, run};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    // A document that breaks off is refused as a whole, and that is an answer as well.
    for (_, old) in RulesVersion::NAMED {
        for rule in rule_names() {
            for (expect, strict) in [(false, false), (false, true), (true, false)] {
                let options = AnswerOptions {
                    expect,
                    strict,
                    explain: true,
                    name_rules: true,
                    ..AnswerOptions::under(old)
                };
                let ran = run(rule, options, input, std::io::sink());
                assert!(!matches!(ran, Err(PolicyError::UnknownRule { .. })), "{rule}");
            }
        }
        for (_, new) in RulesVersion::NAMED {
            let _ = diff(old, new, input, std::io::sink());
        }
    }
});
