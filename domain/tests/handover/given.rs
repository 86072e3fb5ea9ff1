//! Facts to start from, and facts read from cases.

use chrono::{DateTime, NaiveDate, Utc};
use domain::{
    Moment,
    early_allocation::{Answers, Assessment, Outcome},
    handover::{
        Arrival, Category, Handover, HandoverFacts, MappaLevel, ProbationFacts, RulesVersion, SentenceTerm,
        calculate,
    },
    parole::{HearingOutcome, ParoleReview},
    prisoner::SentenceDates,
    reference::Imprisonment,
};
use serde_json::Value;

/// A day as `2024-05-20`.
pub(crate) fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// Three in the morning of a day, by universal time.
pub(crate) fn on(text: &str) -> Moment {
    at(&format!("{text}T03:00:00Z"))
}

/// A moment as `2024-05-20T03:00:00Z`.
pub(crate) fn at(text: &str) -> Moment {
    Moment::new(text.parse::<DateTime<Utc>>().unwrap())
}

/// A man of 33 at Leeds, sentenced on 5 February 2019, whose conditional release is on 1 May 2026.
pub(crate) fn determinate() -> HandoverFacts<'static> {
    HandoverFacts {
        date_of_birth: Some(day("1990-12-06")),
        prison: Some("LEI".parse().unwrap()),
        dates: SentenceDates {
            sentence_start: Some(day("2019-02-05")),
            release: Some(day("2026-05-01")),
            conditional_release: Some(day("2026-05-01")),
            ..SentenceDates::default()
        },
        ..HandoverFacts::default()
    }
}

/// The same man, but serving an indeterminate sentence whose tariff ends on 1 May 2026.
pub(crate) fn indeterminate() -> HandoverFacts<'static> {
    HandoverFacts {
        indeterminate: true,
        dates: SentenceDates {
            sentence_start: Some(day("2019-02-05")),
            tariff: Some(day("2026-05-01")),
            ..SentenceDates::default()
        },
        ..determinate()
    }
}

/// A review with this hearing and result.
pub(crate) fn review(hearing: &str, outcome: Option<&'static str>) -> ParoleReview<'static> {
    ParoleReview {
        target_hearing_date: Some(day(hearing)),
        outcome: outcome.map(HearingOutcome),
        ..ParoleReview::default()
    }
}

/// The reference's answer on a day.
pub(crate) fn answer(facts: &HandoverFacts<'_>, today: &str) -> Handover {
    calculate(facts, on(today), RulesVersion::REFERENCE).unwrap()
}

/// Facts that own their lists.
#[derive(Debug, Clone, Default)]
pub(crate) struct Owned {
    pub(crate) facts: HandoverFacts<'static>,
    pub(crate) arrivals: Vec<Arrival>,
    pub(crate) terms: Vec<SentenceTerm<'static>>,
    pub(crate) reviews: Vec<ParoleReview<'static>>,
    pub(crate) assessments: Vec<Assessment>,
}

impl Owned {
    pub(crate) fn facts(&self) -> HandoverFacts<'_> {
        HandoverFacts {
            arrivals: &self.arrivals,
            sentence_terms: &self.terms,
            parole_reviews: &self.reviews,
            assessments: &self.assessments,
            ..self.facts
        }
    }
}

/// The facts of a case as written.
pub(crate) fn read(given: &Value) -> Owned {
    let person = &given["prisoner"];
    let prison = if person["restrictedPatient"] == true {
        &person["supportingPrisonId"]
    } else {
        &person["prisonId"]
    };
    Owned {
        facts: HandoverFacts {
            date_of_birth: date(&person["dateOfBirth"]),
            imprisonment: Imprisonment::from_code(person["imprisonmentStatus"].as_str()),
            recall: person["recall"] == true,
            indeterminate: person["indeterminateSentence"] == true,
            dates: dates(person),
            prison: prison.as_str().map(|code| code.parse().unwrap()),
            category: given["category"]["classificationCode"]
                .as_str()
                .map(|code| category(code, &given["category"])),
            probation: ProbationFacts {
                mappa: number(&given["probation"]["mappaLevel"])
                    .map(|level| MappaLevel::try_from(u8::try_from(level).unwrap()).unwrap()),
                welsh: given["probation"]["welsh"] == true,
            },
            ..HandoverFacts::default()
        },
        arrivals: each(&given["movements"], |movement| Arrival {
            at: movement["toAgency"].as_str().unwrap().parse().unwrap(),
            on: date(&movement["movementDate"]).unwrap(),
        }),
        terms: each(&given["sentenceTerms"], |term| SentenceTerm {
            case_id: number(&term["caseId"]),
            sentence_sequence: number(&term["sentenceSequence"]),
            term_sequence: number(&term["termSequence"]),
            line: number(&term["lineSeq"]),
            sentence_start: date(&term["sentenceStartDate"]),
            life: term["lifeSentence"] == true,
            kind: text(&term["sentenceType"]),
        }),
        reviews: each(&given["paroleReviews"], |review| ParoleReview {
            target_hearing_date: date(&review["targetHearingDate"]),
            outcome: text(&review["hearingOutcome"]).map(HearingOutcome),
            outcome_received_on: date(&review["hearingOutcomeReceivedOn"]),
            ..ParoleReview::default()
        }),
        assessments: each(&given["earlyAllocations"], |assessment| Assessment {
            created_at: assessment["createdAt"].as_str().unwrap().parse().unwrap(),
            created_within_window: assessment["createdWithinReferralWindow"] == true,
            outcome: Outcome::of_saved(
                None,
                &serde_json::from_value::<Answers>(assessment.clone()).unwrap(),
            ),
            community_decision: assessment["communityDecision"].as_bool(),
        }),
    }
}

fn dates(person: &Value) -> SentenceDates {
    let of = |name: &str| date(&person[name]);
    SentenceDates {
        sentence_start: of("sentenceStartDate"),
        release: of("releaseDate"),
        conditional_release: of("conditionalReleaseOverrideDate").or(of("conditionalReleaseDate")),
        automatic_release: of("automaticReleaseOverrideDate").or(of("automaticReleaseDate")),
        home_detention_curfew_eligibility: of("homeDetentionCurfewEligibilityDate"),
        home_detention_curfew_actual: of("homeDetentionCurfewActualDate"),
        parole_eligibility: of("paroleEligibilityDate"),
        tariff: of("tariffDate"),
        sentence_expiry: of("sentenceExpiryDate"),
        licence_expiry: of("licenceExpiryDate"),
        post_recall_release: of("postRecallReleaseOverrideDate").or(of("postRecallReleaseDate")),
        approved_parole: of("actualParoleDate"),
    }
}

fn category(code: &str, category: &Value) -> Category {
    let since = category
        .get("approvalDate")
        .unwrap_or(&category["assessmentDate"]);
    Category::new(code, date(since))
}

fn each<T>(list: &Value, read: impl Fn(&Value) -> T) -> Vec<T> {
    list.as_array()
        .map(|members| members.iter().map(read).collect())
        .unwrap_or_default()
}

fn date(value: &Value) -> Option<NaiveDate> {
    value.as_str().map(day)
}

fn number(value: &Value) -> Option<i64> {
    value.as_i64()
}

/// Kept for the life of the test, so that facts can borrow it.
fn text(value: &Value) -> Option<&'static str> {
    value
        .as_str()
        .map(|text| &*Box::leak(text.to_owned().into_boxed_str()))
}
