//! Whatever bytes come, each line is answered or complained of, and nothing panics.
#![no_main]

use domain::handover::RulesVersion;
use libfuzzer_sys::fuzz_target;
use server::policy::Asking;

const RULES: [&str; 5] = ["handover", "earliest-release", "omic-policy", "responsibility", "parole"];

fuzz_target!(|input: &[u8]| {
    for (_, version) in RulesVersion::NAMED {
        for rule in RULES {
            // A document that breaks off is refused as a whole, and that is an answer as well.
            let _ = server::policy::run(rule, Asking::under(version), input, std::io::sink());
        }
    }
});
