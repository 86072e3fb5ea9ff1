//! Under which rules an answer was given: the present service's, or ours, which depart from them by named decisions.
//! Handover rules 19 lists the weaknesses that the decisions solve.

use std::{fmt, str::FromStr};

use chrono::NaiveDate;

use crate::coded::coded;

/// Declares each departure with its code and its day; what is written above it is also what it says of itself.
macro_rules! departures {
    ($(#[doc = $meaning:literal] $departure:ident = $code:literal since $year:literal / $month:literal / $day:literal),+ $(,)?) => {
        coded! {
            /// A decision to answer otherwise than the rules before it.
            Departure { $(#[doc = $meaning] $departure = $code),+ }
        }

        impl Departure {
            /// What it decides, and where the weakness that it solves is told.
            #[must_use]
            pub fn meaning(self) -> &'static str {
                match self { $(Self::$departure => $meaning.trim()),+ }
            }

            /// The day on which it was decided, London calendar date. Of [`Departure::SimplifiedEnhancedHandover`], which
            /// the present service made itself, the first handover date that it is made for. A version makes its
            /// departures whatever the day of the case.
            #[must_use]
            pub fn since(self) -> NaiveDate {
                let (year, month, day) = match self { $(Self::$departure => ($year, $month, $day)),+ };
                NaiveDate::from_ymd_opt(year, month, day).unwrap_or(NaiveDate::MAX)
            }
        }
    };
}

departures! {
    /// Enhanced handovers have two tasks, not three. Handover rules 11.4.
    SimplifiedEnhancedHandover = "simplified-enhanced-handover" since 2026 / 9 / 1,
    /// "Today" is the day in London, everywhere. Handover rules 18 and 19, W8.
    LondonDates = "london-dates" since 2026 / 11 / 22,
    /// A hearing exactly twelve months away is "12 months or more" away. Handover rules 19, W8.
    ExactlyTwelveMonths = "exactly-twelve-months" since 2026 / 11 / 22,
    /// A tariff, eligibility or hearing date that has passed does not release an indeterminate prisoner, nor does the parole from which they were recalled. Handover rules 19, W9.
    TariffIsNotRelease = "tariff-is-not-release" since 2026 / 11 / 22,
    /// When every release date has passed, an expiry date still to come counts. Handover rules 19, W9.
    ExpiryAfterPastRelease = "expiry-after-past-release" since 2026 / 11 / 22,
    /// Cases in which the community supports are listed, and their checklist can be edited. Handover rules 19, W10.
    SupportedCasesListed = "supported-cases-listed" since 2026 / 11 / 22,
    /// The early allocation task is shown only while a decision is awaited. Handover rules 19, W11.
    TaskWhileDecisionAwaited = "task-while-decision-awaited" since 2026 / 11 / 22,
    /// A parole result that is blank, "Not Applicable", "Not Specified" or absent is no result, even where a day of receipt is stored. Handover rules 19, W12.
    BlankResultIsNoOutcome = "blank-result-is-no-outcome" since 2026 / 11 / 22,
    /// The daily parole file corrects and clears the day of receipt when the result comes to mean something else. Handover rules 19, W12.
    FileCorrectsOutcome = "file-corrects-outcome" since 2026 / 11 / 22,
    /// A separation centre does not outweigh the other answers, in what is assessed from then on. Handover rules 19, W13.
    SeparationCentreAddsOnly = "separation-centre-adds-only" since 2026 / 11 / 22,
    /// A community decision counts only where one was asked for. Handover rules 19, W13.
    OnlyDiscretionaryAssessmentsAreDecided = "only-discretionary-assessments-are-decided" since 2026 / 11 / 22,
    /// Whatever changes an early allocation's standing is followed up, not only two of the steps. Handover rules 19, W13.
    EligibilityFollowsEverySave = "eligibility-follows-every-save" since 2026 / 11 / 22,
    /// The message about an `OASys` date of today says that it is not in the past. Handover rules 19, W13.
    OasysMessageSaysToday = "oasys-message-says-today" since 2026 / 11 / 22,
    /// The reason is shown whoever is responsible. Handover rules 19, W15.
    ReasonAlwaysShown = "reason-always-shown" since 2026 / 11 / 22,
    /// A parole outcome date is stored only when it is accepted. Handover rules 19, W16.
    OutcomeDateCheckedFirst = "outcome-date-checked-first" since 2026 / 11 / 22,
    /// A date in the parole file is read to its end, and has the digits that its format asks for. Handover rules 19, W18.
    FileDatesReadWhole = "file-dates-read-whole" since 2026 / 11 / 22,
    /// A reminder whose day was missed is sent later, and once for each handover date. Handover rules 19, W14.
    RemindersCatchUp = "reminders-catch-up" since 2026 / 11 / 22,
    /// A reminder is sent though the release date is not known. Handover rules 19, W14.
    RemindersWithoutReleaseDate = "reminders-without-release-date" since 2026 / 11 / 22,
    /// Facts of equal rank are told apart by what they say, not by the order in which they came. Handover rules 19, W19.
    TiesSettled = "ties-settled" since 2026 / 11 / 22,
    /// Every change of a handover is announced, not only one of its dates. Handover rules 19, W2.
    EveryChangeAnnounced = "every-change-announced" since 2026 / 11 / 22,
    /// The handover API tells of overrides, and of whoever supports. Handover rules 19, W6.
    ApiTellsAll = "api-tells-all" since 2026 / 11 / 22,
}

impl Departure {
    /// The single bit that stands for it.
    const fn bit(self) -> u64 {
        const {
            assert!(
                Self::ALL.len() <= u64::BITS as usize,
                "a version has too few bits"
            );
        };
        1_u64.wrapping_shl(self as u32)
    }
}

/// A version of the rules: the oldest ones, and which departures are made from them. Its name is recorded with each answer
/// given under it; those between two named ones show what a single departure does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct RulesVersion(u64);

/// No version has this name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UnknownRules {
    /// It does not begin with a named version.
    #[error("there are no rules '{0}': use one of {names}, alone or with '+' and a departure", names = names())]
    Version(String),
    /// What stands after a `+` is no departure.
    #[error("there is no departure '{0}': use one of {departures}", departures = departures())]
    Departure(String),
}

impl RulesVersion {
    /// The present service before enhanced handovers were made simpler: three tasks for each.
    pub const REFERENCE_BEFORE_SIMPLIFIED: Self = Self(0);
    /// The present service. What is used when nothing is said.
    pub const REFERENCE: Self = Self::REFERENCE_BEFORE_SIMPLIFIED.with(Departure::SimplifiedEnhancedHandover);
    /// Ours: the present service's rules with every departure.
    pub const CORRECTED: Self = Self(Self::every());

    /// The named versions, oldest first.
    pub const NAMED: [(&'static str, Self); 3] = [
        ("reference-before-simplified", Self::REFERENCE_BEFORE_SIMPLIFIED),
        ("reference", Self::REFERENCE),
        ("corrected", Self::CORRECTED),
    ];

    const fn every() -> u64 {
        let mut bits = 0;
        let mut rest = Departure::ALL;
        while let [departure, others @ ..] = rest {
            bits |= departure.bit();
            rest = others;
        }
        bits
    }

    /// The last named version of which it has every departure.
    fn base(self) -> (&'static str, Self) {
        let [oldest, ..] = Self::NAMED;
        let within = |(_, version): &(_, Self)| version.0 & self.0 == version.0;
        Self::NAMED.into_iter().rev().find(within).unwrap_or(oldest)
    }

    /// Whether this departure is made.
    #[must_use]
    pub const fn has(self, departure: Departure) -> bool {
        self.0 & departure.bit() != 0
    }

    /// The same, and this departure.
    #[must_use]
    pub const fn with(self, departure: Departure) -> Self {
        Self(self.0 | departure.bit())
    }

    /// The same, but for this departure.
    #[must_use]
    pub const fn without(self, departure: Departure) -> Self {
        Self(self.0 & !departure.bit())
    }

    /// The departures that only one of the two makes, in order.
    pub fn differing(self, other: Self) -> impl Iterator<Item = Departure> {
        let either = Self(self.0 ^ other.0);
        Departure::ALL
            .iter()
            .copied()
            .filter(move |departure| either.has(*departure))
    }
}

/// Its name, and what it departs in beside: `reference+london-dates`.
impl fmt::Display for RulesVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (name, base) = self.base();
        f.write_str(name)?;
        base.differing(*self)
            .try_for_each(|departure| write!(f, "+{departure}"))
    }
}

impl FromStr for RulesVersion {
    type Err = UnknownRules;

    fn from_str(text: &str) -> Result<Self, UnknownRules> {
        let mut parts = text.split('+');
        let name = parts.next().unwrap_or_default();
        let base = Self::NAMED
            .into_iter()
            .find_map(|(known, version)| (known == name).then_some(version))
            .ok_or_else(|| UnknownRules::Version(name.to_owned()))?;
        parts.try_fold(base, |version, code| {
            let departure = code
                .parse()
                .map_err(|_| UnknownRules::Departure(code.to_owned()))?;
            Ok(version.with(departure))
        })
    }
}

fn names() -> String {
    RulesVersion::NAMED.map(|(name, _)| name).join(", ")
}

fn departures() -> String {
    let codes: Vec<_> = Departure::ALL.iter().map(|departure| departure.code()).collect();
    codes.join(", ")
}
