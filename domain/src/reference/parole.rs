//! The words of the parole register that mean something to the rules, to the letter. Handover rules 4.5 and 9.1.

/// The states of a review that is still to be heard.
pub const ACTIVE_REVIEWS: [&str; 4] = [
    "Active",
    "Active - REREFERRED",
    "Active - Future",
    "Active - Referred",
];

/// How the state of a review that was called off begins, for whatever reason.
pub const CANCELLED_REVIEW: &str = "Cancelled";

/// The result by which release is directed.
pub const RELEASE_DIRECTED: &str = "Release [*]";

/// Results that say that there is none.
pub const NO_RESULT: [&str; 2] = ["Not Applicable", "Not Specified"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_are_those_of_the_register() {
        assert_eq!(
            ACTIVE_REVIEWS,
            [
                "Active",
                "Active - REREFERRED",
                "Active - Future",
                "Active - Referred"
            ]
        );
        assert_eq!(CANCELLED_REVIEW, "Cancelled");
        assert_eq!(RELEASE_DIRECTED, "Release [*]");
        assert_eq!(NO_RESULT, ["Not Applicable", "Not Specified"]);
    }
}
