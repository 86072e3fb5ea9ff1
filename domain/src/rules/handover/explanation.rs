//! The answer in words: who is responsible, since or until when, and by which rule and facts.

use std::fmt;

use chrono::NaiveDate;

use super::{
    DateRule, Ground, Handover, OpenConditions, ParoleRefusal, Responsibility,
    release::{HandoverRelease, HandoverReleaseKind},
};

/// A sentence or two for people; made only when it is shown.
#[derive(Debug, Clone, Copy)]
pub struct Explanation<'h>(pub(super) &'h Handover);

impl Handover {
    /// Why, in words.
    #[must_use]
    pub const fn explanation(&self) -> Explanation<'_> {
        Explanation(self)
    }
}

impl fmt::Display for Explanation<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let handover = self.0;
        f.write_str(match handover.responsibility {
            Responsibility::CustodyOnly => "The prison is responsible",
            Responsibility::CustodyWithCom => "The prison is responsible and the community supports",
            Responsibility::Community => "The community is responsible",
        })?;
        write!(f, ": {}", handover.ground)?;
        if let (Some(start), Some(handover)) = (handover.start_date, handover.handover_date) {
            if start < handover {
                write!(
                    f,
                    " Open conditions let the community support from {}.",
                    Day(start)
                )?;
            }
            write!(f, " Handover on {}.", Day(handover))?;
        }
        write!(f, " (Handover rules {})", handover.ground.section())
    }
}

impl Ground {
    /// Where the rule stands in the policy.
    #[must_use]
    pub const fn section(&self) -> &'static str {
        match self {
            Self::AdditionalSentence(_) => "5, rule 1",
            Self::RecalledHearingFar { .. } => "5, rule 2",
            Self::RefusedAndManaged { .. } => "5, rule 3",
            Self::RefusedHearingFar { .. } => "5, rule 4",
            Self::Recalled => "5, rule 5",
            Self::Immigration => "5, rule 6",
            Self::ReleaseUnknown { .. } => "5, rule 7",
            Self::Dates { rule, .. } => match rule {
                DateRule::EarlyAllocation { .. } => "5.1 a",
                DateRule::Indeterminate { .. } => "5.1 b",
                DateRule::Short { .. } => "5.1 c",
                DateRule::Parole => "5.1 d",
                DateRule::Determinate => "5.1 e",
            },
        }
    }
}

impl fmt::Display for Ground {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AdditionalSentence(sentences) => write!(
                f,
                "more than one indeterminate sentence, the first begun on {} and the last on {}.",
                Day(sentences.first),
                Day(sentences.last)
            ),
            Self::RecalledHearingFar { hearing, mappa } => {
                write!(f, "recalled, {}, and ", FarHearing(*hearing))?;
                match mappa {
                    Some(level) => write!(f, "the MAPPA level is {}.", level.number()),
                    None => f.write_str("no MAPPA level is known."),
                }
            }
            Self::RefusedAndManaged {
                hearing,
                refused,
                mappa,
            } => write!(
                f,
                "{refused}, {}, and the MAPPA level is {}.",
                FarHearing(*hearing),
                mappa.number()
            ),
            Self::RefusedHearingFar { hearing, refused } => {
                write!(f, "{refused}, and {}.", FarHearing(*hearing))
            }
            Self::Recalled => f.write_str("recalled from licence."),
            Self::Immigration => f.write_str("held under immigration powers."),
            Self::ReleaseUnknown { indeterminate: true } => {
                f.write_str("neither tariff expiry nor a hearing is known.")
            }
            Self::ReleaseUnknown { indeterminate: false } => {
                f.write_str("neither parole eligibility nor automatic or conditional release is known.")
            }
            Self::Dates { rule, release } => write!(f, "{rule}, with {release}."),
        }
    }
}

/// The hearing of rules 2 to 4: the latest that is set, and not the next to come.
struct FarHearing(NaiveDate);

impl fmt::Display for FarHearing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "the latest hearing set, on {}, is 12 months or more away",
            Day(self.0)
        )
    }
}

impl fmt::Display for ParoleRefusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the last parole result")?;
        if let Some(day) = self.received_on {
            write!(f, ", received on {},", Day(day))?;
        }
        f.write_str(" was not release")
    }
}

impl fmt::Display for DateRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words = match self {
            Self::EarlyAllocation {
                assessed_on: Some(day),
            } => {
                return write!(
                    f,
                    "early allocation as assessed on {}, handed over 15 months before release",
                    Day(*day)
                );
            }
            Self::EarlyAllocation { assessed_on: None } => {
                "early allocation, handed over 15 months before release"
            }
            Self::Indeterminate { open: Some(open) } => {
                return write!(
                    f,
                    "an indeterminate sentence in open conditions ({open}), handed over 12 months before release"
                );
            }
            Self::Indeterminate { open: None } => {
                "an indeterminate sentence, handed over 12 months before release"
            }
            Self::Short { sentence_start } => {
                return write!(
                    f,
                    "a sentence begun on {} with 10 months or less to release, which is not handed over",
                    Day(*sentence_start)
                );
            }
            Self::Parole => "a sentence with parole, handed over 12 months before eligibility",
            Self::Determinate => "a determinate sentence, handed over 8 months and 14 days before release",
        };
        f.write_str(words)
    }
}

impl fmt::Display for OpenConditions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::MensPrison => "an open prison for men",
            Self::WomensCategory => "the open category in a prison for women",
        })
    }
}

impl fmt::Display for HandoverRelease {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match self.kind {
            HandoverReleaseKind::Ted => "tariff expiry",
            HandoverReleaseKind::Thd => "the target hearing",
            HandoverReleaseKind::Ped => "parole eligibility",
            HandoverReleaseKind::Ard => "automatic release",
            HandoverReleaseKind::Crd => "conditional release",
        };
        write!(f, "{what} on {}", Day(self.date))
    }
}

/// A day as people write it: `5 March 2027`.
struct Day(NaiveDate);

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.format("%-d %B %Y").fmt(f)
    }
}
