//! Whatever bytes come, each line is answered or complained of by every rule and every comparison, and nothing panics.
#![no_main]

use domain::handover::RulesVersion;
use libfuzzer_sys::fuzz_target;
use server::policy::{Asking, PolicyError, diff, run};

const RULES: [&str; 11] = [
    "allocation-transitions",
    "earliest-release",
    "early-allocation",
    "handover",
    "handover-calc",
    "handover-lists",
    "handover-recalculation",
    "omic-policy",
    "parole",
    "recommendation",
    "responsibility",
];

fuzz_target!(|input: &[u8]| {
    // A document that breaks off is refused as a whole, and that is an answer as well.
    for (_, old) in RulesVersion::NAMED {
        for rule in RULES {
            for (expect, strict) in [(false, false), (false, true), (true, false)] {
                let asking = Asking {
                    expect,
                    strict,
                    explain: true,
                    name_rules: true,
                    ..Asking::under(old)
                };
                let ran = run(rule, asking, input, std::io::sink());
                assert!(!matches!(ran, Err(PolicyError::UnknownRule { .. })), "{rule}");
            }
        }
        for (_, new) in RulesVersion::NAMED {
            let _ = diff(old, new, input, std::io::sink());
        }
    }
});
