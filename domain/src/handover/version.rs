//! Under which rules an answer was given: the present service's, or ours, which depart from them by named decisions.
//! Handover rules 19 lists the weaknesses that the decisions solve.

use chrono::NaiveDate;

use crate::facts::coded;

coded! {
    /// A version of the rules of responsibility and handover; recorded with each answer given under it.
    RulesVersion {
        /// The present service before enhanced handovers were made simpler: three tasks for each.
        ReferenceBeforeSimplified = "reference-before-simplified",
        /// The present service: enhanced handovers from 1 September 2026 on have two tasks. What is used when nothing is said.
        Reference = "reference",
        /// Ours: the present service's rules with every departure.
        Corrected = "corrected",
    }
}

coded! {
    /// A decision to answer otherwise than the rules before it.
    Departure {
        /// Enhanced handovers have two tasks, not three. Handover rules 11.4.
        SimplifiedEnhancedHandover = "simplified-enhanced-handover",
        /// "Today" is the day in London, everywhere. Handover rules 18 and 19, W8.
        LondonDates = "london-dates",
        /// A hearing exactly twelve months away is "12 months or more" away. Handover rules 19, W8.
        ExactlyTwelveMonths = "exactly-twelve-months",
        /// A tariff, eligibility or hearing date that has passed does not release an indeterminate prisoner. Handover rules 19, W9.
        TariffIsNotRelease = "tariff-is-not-release",
        /// When every release date has passed, an expiry date still to come counts. Handover rules 19, W9.
        ExpiryAfterPastRelease = "expiry-after-past-release",
        /// Cases in which the community supports are listed, and their checklist can be edited. Handover rules 19, W10.
        SupportedCasesListed = "supported-cases-listed",
        /// The early allocation task is shown only while a decision is awaited. Handover rules 19, W11.
        TaskWhileDecisionAwaited = "task-while-decision-awaited",
        /// A blank parole result is no result. Handover rules 19, W12.
        BlankResultIsNoOutcome = "blank-result-is-no-outcome",
        /// The parole file corrects and clears what an earlier one said. Handover rules 19, W12.
        FileCorrectsOutcome = "file-corrects-outcome",
        /// A separation centre does not outweigh the other answers. Handover rules 19, W13.
        SeparationCentreAddsOnly = "separation-centre-adds-only",
        /// A community decision counts only where one was asked for. Handover rules 19, W13.
        DecisionOnlyWhenAwaited = "decision-only-when-awaited",
        /// Whatever changes an early allocation's standing is followed up, not only two of the steps. Handover rules 19, W13.
        EligibilityFollowsEverySave = "eligibility-follows-every-save",
        /// The message about an `OASys` date of today says that it is not in the past. Handover rules 19, W13.
        OasysMessageSaysToday = "oasys-message-says-today",
        /// The reason is shown whoever is responsible. Handover rules 19, W15.
        ReasonAlwaysShown = "reason-always-shown",
        /// A parole outcome date is stored only when it is accepted. Handover rules 19, W16.
        OutcomeDateCheckedFirst = "outcome-date-checked-first",
        /// Facts of equal rank are told apart by what they say, not by the order in which they came. Handover rules 19, W19.
        TiesSettled = "ties-settled",
        /// The handover API tells of overrides, of a supporting COM and of a missing POM. Handover rules 19, W6.
        ApiTellsAll = "api-tells-all",
    }
}

impl Departure {
    /// The day from which it is in force, London calendar date.
    #[must_use]
    pub fn since(self) -> NaiveDate {
        let (year, month, day) = match self {
            Self::SimplifiedEnhancedHandover => (2026, 9, 1),
            _ => (2026, 11, 22),
        };
        NaiveDate::from_ymd_opt(year, month, day).unwrap_or(NaiveDate::MAX)
    }

    /// The single bit that stands for it.
    const fn bit(self) -> u32 {
        1_u32.wrapping_shl(self as u32)
    }
}

/// Which departures are made. Two sets are equal when they make the same.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Departures(u32);

impl Departures {
    /// None.
    pub const NONE: Self = Self(0);

    /// All of these.
    #[must_use]
    pub const fn with(self, departure: Departure) -> Self {
        Self(self.0 | departure.bit())
    }

    /// Without this one.
    #[must_use]
    pub const fn without(self, departure: Departure) -> Self {
        Self(self.0 & !departure.bit())
    }

    /// Whether this one is made.
    #[must_use]
    pub const fn make(self, departure: Departure) -> bool {
        self.0 & departure.bit() != 0
    }

    /// Those that only one of the two makes.
    #[must_use]
    pub const fn differing(self, other: Self) -> Self {
        Self(self.0 ^ other.0)
    }

    /// Each of them, in order.
    pub fn iter(self) -> impl Iterator<Item = Departure> {
        Departure::ALL
            .iter()
            .copied()
            .filter(move |departure| self.make(*departure))
    }
}

impl FromIterator<Departure> for Departures {
    fn from_iter<I: IntoIterator<Item = Departure>>(departures: I) -> Self {
        departures.into_iter().fold(Self::NONE, Self::with)
    }
}

impl RulesVersion {
    /// Every departure that the version makes from the oldest one.
    #[must_use]
    pub fn departures(self) -> Departures {
        match self {
            Self::ReferenceBeforeSimplified => Departures::NONE,
            Self::Reference => Departures::NONE.with(Departure::SimplifiedEnhancedHandover),
            Self::Corrected => Departure::ALL.iter().copied().collect(),
        }
    }
}
