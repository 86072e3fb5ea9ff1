//! A case's facts as the sources write them, and as the rules read them.

use chrono::NaiveDate;
use domain::{
    early_allocation::Assessment,
    handover::{Approval, Arrival, Category, HandoverFacts, MappaLevel, ProbationFacts, SentenceTerm},
    parole::ParoleReview,
    reference::{Agency, Imprisonment},
};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use crate::{
    given::{GivenDates, GivenReview, assessments},
    reading::{FactPath, list},
    rule::{BadCase, Question},
    text::Text,
};

/// How many terms of sentences a case may have.
const MOST_TERMS: usize = 1_000;

/// Everything that is given of a case.
#[derive(Deserialize)]
#[cfg_attr(test, derive(Debug, serde::Serialize))]
#[serde(rename_all = "camelCase")]
pub(super) struct Given<'a> {
    /// Read twice: for the person, and for the dates.
    #[serde(borrow)]
    prisoner: &'a RawValue,
    category: Option<GivenCategory<'a>>,
    #[serde(default, deserialize_with = "list")]
    movements: Vec<GivenMovement<'a>>,
    #[serde(default, deserialize_with = "list")]
    sentence_terms: Vec<GivenTerm<'a>>,
    #[serde(default, deserialize_with = "list")]
    parole_reviews: Vec<GivenReview<'a>>,
    /// Each is read twice.
    #[serde(default, deserialize_with = "list")]
    early_allocations: Vec<&'a RawValue>,
    probation: Option<GivenProbation>,
}

#[derive(Deserialize)]
#[cfg_attr(test, derive(Debug, serde::Serialize))]
#[serde(rename_all = "camelCase")]
struct GivenPerson<'a> {
    #[serde(borrow)]
    prison_id: Option<Text<'a>>,
    supporting_prison_id: Option<Text<'a>>,
    restricted_patient: Option<bool>,
    date_of_birth: Option<NaiveDate>,
    imprisonment_status: Option<Text<'a>>,
    recall: Option<bool>,
    indeterminate_sentence: Option<bool>,
}

#[derive(Deserialize)]
#[cfg_attr(test, derive(Debug, serde::Serialize))]
#[serde(rename_all = "camelCase")]
struct GivenCategory<'a> {
    #[serde(borrow)]
    classification_code: Option<Text<'a>>,
    #[serde(default)]
    #[cfg_attr(test, serde(skip_serializing_if = "GivenApproval::is_not_named"))]
    approval_date: GivenApproval,
    assessment_date: Option<NaiveDate>,
}

/// An approval is named where its key is present, even without a day.
#[derive(Clone, Copy, Default)]
#[cfg_attr(test, derive(Debug))]
struct GivenApproval(Approval);

#[cfg(test)]
impl GivenApproval {
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks by reference")]
    fn is_not_named(&self) -> bool {
        self.0 == Approval::NotNamed
    }
}

#[cfg(test)]
impl serde::Serialize for GivenApproval {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(approval) = self;
        approval.active_since(None).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for GivenApproval {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Option::deserialize(deserializer).map(|day| Self(Approval::Named(day)))
    }
}

#[derive(Deserialize)]
#[cfg_attr(test, derive(Debug, serde::Serialize))]
#[serde(rename_all = "camelCase")]
struct GivenMovement<'a> {
    #[serde(borrow)]
    to_agency: Option<Text<'a>>,
    movement_date: Option<NaiveDate>,
}

/// A term of a sentence.
#[derive(Deserialize)]
#[cfg_attr(test, derive(Debug, serde::Serialize))]
#[serde(rename_all = "camelCase")]
pub(super) struct GivenTerm<'a> {
    case_id: Option<i64>,
    sentence_sequence: Option<i64>,
    term_sequence: Option<i64>,
    line_seq: Option<i64>,
    life_sentence: Option<bool>,
    #[serde(borrow)]
    sentence_type: Option<Text<'a>>,
    sentence_start_date: Option<NaiveDate>,
}

#[derive(Deserialize)]
#[cfg_attr(test, derive(Debug, serde::Serialize))]
#[serde(rename_all = "camelCase")]
struct GivenProbation {
    mappa_level: Option<i64>,
    welsh: Option<bool>,
}

/// The lists of a case, as the rules borrow them.
pub(super) struct Lists<'g> {
    arrivals: Vec<Arrival>,
    sentence_terms: Vec<SentenceTerm<'g>>,
    parole_reviews: Vec<ParoleReview<'g>>,
    assessments: Vec<Assessment>,
}

impl<'a> Given<'a> {
    /// The lists.
    ///
    /// # Errors
    /// When an agency's name is none, there are too many terms, or an assessment is of another shape.
    pub(super) fn lists(&self, question: &Question<'a>) -> Result<Lists<'_>, BadCase> {
        Ok(Lists {
            arrivals: self
                .movements
                .iter()
                .filter_map(|movement| movement.arrival().transpose())
                .collect::<Result<_, _>>()?,
            sentence_terms: sentence_terms(&self.sentence_terms)?,
            parole_reviews: self.parole_reviews.iter().map(GivenReview::facts).collect(),
            assessments: assessments(question, &self.early_allocations)?,
        })
    }

    /// The facts, with these lists.
    ///
    /// # Errors
    /// When a value is not of its kind.
    pub(super) fn facts<'l>(
        &self,
        question: &Question<'a>,
        lists: &'l Lists<'l>,
    ) -> Result<HandoverFacts<'l>, BadCase> {
        let prisoner = FactPath::Member("prisoner");
        let person: GivenPerson<'a> = question.part(prisoner, self.prisoner)?;
        let dates: GivenDates = question.part(prisoner, self.prisoner)?;
        let counted_at = if person.restricted_patient == Some(true) {
            &person.supporting_prison_id
        } else {
            &person.prison_id
        };
        Ok(HandoverFacts {
            date_of_birth: person.date_of_birth,
            imprisonment: Imprisonment::from_code(person.imprisonment_status.as_deref()),
            recall: person.recall.unwrap_or_default(),
            indeterminate: person.indeterminate_sentence.unwrap_or_default(),
            dates: dates.effective(),
            prison: counted_at.as_deref().map(agency).transpose()?,
            category: self.category.as_ref().map(GivenCategory::facts),
            arrivals: &lists.arrivals,
            sentence_terms: &lists.sentence_terms,
            parole_reviews: &lists.parole_reviews,
            assessments: &lists.assessments,
            probation: match &self.probation {
                Some(record) => record.facts()?,
                None => ProbationFacts::default(),
            },
        })
    }
}

impl GivenCategory<'_> {
    fn facts(&self) -> Category {
        let GivenApproval(approval) = self.approval_date;
        Category::new(
            self.classification_code.as_deref().unwrap_or_default(),
            approval.active_since(self.assessment_date),
        )
    }
}

impl GivenMovement<'_> {
    fn arrival(&self) -> Result<Option<Arrival>, BadCase> {
        let (Some(to), Some(on)) = (&self.to_agency, self.movement_date) else {
            return Ok(None);
        };
        Ok(Some(Arrival { at: agency(to)?, on }))
    }
}

/// The terms, as the rules read them.
///
/// # Errors
/// When there are more than anybody serves: how long they take to compare grows faster than their number.
pub(super) fn sentence_terms<'g>(given: &'g [GivenTerm<'_>]) -> Result<Vec<SentenceTerm<'g>>, BadCase> {
    if given.len() > MOST_TERMS {
        return Err(BadCase::TooMany {
            name: "sentence terms",
            count: given.len(),
            most: MOST_TERMS,
        });
    }
    Ok(given.iter().map(GivenTerm::facts).collect())
}

impl GivenTerm<'_> {
    fn facts(&self) -> SentenceTerm<'_> {
        SentenceTerm {
            case_id: self.case_id,
            sentence_sequence: self.sentence_sequence,
            term_sequence: self.term_sequence,
            line: self.line_seq,
            sentence_start: self.sentence_start_date,
            life: self.life_sentence.unwrap_or_default(),
            kind: self.sentence_type.as_deref(),
        }
    }
}

impl GivenProbation {
    fn facts(&self) -> Result<ProbationFacts, BadCase> {
        let level = |number: i64| {
            u8::try_from(number)
                .ok()
                .and_then(|number| MappaLevel::try_from(number).ok())
                .ok_or_else(|| BadCase::value("MAPPA level", number.to_string()))
        };
        Ok(ProbationFacts {
            mappa: self.mappa_level.map(level).transpose()?,
            welsh: self.welsh.unwrap_or_default(),
        })
    }
}

fn agency(name: &str) -> Result<Agency, BadCase> {
    name.parse()
        .map_err(|_| BadCase::value("name of an agency", name))
}
