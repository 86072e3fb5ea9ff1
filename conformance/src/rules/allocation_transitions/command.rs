//! The commands of a sequence, as cases write them, and what the aggregate is asked in their place.

use chrono::{DateTime, Utc};
use domain::{
    PomPosition, PomStatus, PrisonCode, StaffId, Tier,
    allocation::{AllocatePrimary, Candidate, PomSnapshot},
    movement::{Movement, MovementType},
    policy::{OverrideForm, OverrideReason, PolicyVersion, Recommendation},
};
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::{
    reading::FactPath,
    rule::{BadCase, Question},
    text::Text,
};

/// The agencies of the cases that are secure hospitals.
const SECURE_HOSPITALS: [&str; 1] = ["HOS1"];

/// One command of a sequence.
pub(super) enum Command {
    AllocatePrimary(Choice),
    AllocateCoworking(Coworker),
    RemoveCoworking,
    PomMadeInactive(InactivePom),
    AdminDeallocate,
    LegalStatusChanged(StatusChange),
    Movement(MovementRecord),
}

/// Which command it is.
#[derive(Deserialize)]
#[cfg_attr(test, derive(Debug, serde::Serialize))]
struct Named<'a> {
    #[serde(borrow)]
    command: Text<'a>,
}

/// A second POM.
#[derive(Deserialize)]
#[cfg_attr(test, derive(Debug, serde::Serialize))]
pub(super) struct Coworker {
    pub pom: StaffId,
}

/// A POM who takes no cases any more.
#[derive(Deserialize)]
#[cfg_attr(test, derive(Debug, serde::Serialize))]
pub(super) struct InactivePom {
    pub prison: PrisonCode,
    pub pom: StaffId,
}

/// What a command is about, as far as deviations differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum CommandKind {
    AllocatePrimary,
    AllocateCoworking,
    RemoveCoworking,
    AdminDeallocate,
    /// A movement or a change of legal status.
    EndOfStay,
    Other,
}

impl Command {
    /// The command of that number.
    ///
    /// # Errors
    /// When there is no such command, or it is of another shape.
    pub(super) fn read<'a>(
        question: &Question<'a>,
        number: usize,
        text: &'a RawValue,
    ) -> Result<Self, BadCase> {
        let place = FactPath::Item("commands", number);
        let Named { command } = question.part(place, text)?;
        Ok(match &*command {
            "allocatePrimary" => Self::AllocatePrimary(question.part(place, text)?),
            "allocateCoworking" => Self::AllocateCoworking(question.part(place, text)?),
            "removeCoworking" => Self::RemoveCoworking,
            "pomMadeInactive" => Self::PomMadeInactive(question.part(place, text)?),
            "adminDeallocate" => Self::AdminDeallocate,
            "legalStatusChanged" => Self::LegalStatusChanged(question.part(place, text)?),
            "movement" => Self::Movement(question.part(place, text)?),
            other => return Err(BadCase::value("command", other)),
        })
    }

    pub(super) const fn kind(&self) -> CommandKind {
        match self {
            Self::AllocatePrimary(_) => CommandKind::AllocatePrimary,
            Self::AllocateCoworking(_) => CommandKind::AllocateCoworking,
            Self::RemoveCoworking => CommandKind::RemoveCoworking,
            Self::AdminDeallocate => CommandKind::AdminDeallocate,
            Self::LegalStatusChanged(_) | Self::Movement(_) => CommandKind::EndOfStay,
            Self::PomMadeInactive(_) => CommandKind::Other,
        }
    }
}

/// A legal status, and what else decides whether the prisoner stays in the service.
#[derive(Deserialize)]
#[cfg_attr(test, derive(Debug, serde::Serialize))]
#[serde(rename_all = "camelCase")]
pub(super) struct StatusChange {
    pub prison: PrisonCode,
    pub legal_status: String,
    pub sentenced: bool,
    pub immigration_case: bool,
}

/// A choice of primary POM.
#[derive(Deserialize)]
#[cfg_attr(test, derive(Debug, serde::Serialize))]
#[serde(rename_all = "camelCase")]
pub(super) struct Choice {
    prison: PrisonCode,
    pom: StaffId,
    pom_status: PomStatus,
    tier: Option<String>,
    recommended: Option<String>,
}

impl Choice {
    /// The request, by someone at the prisoner's prison who has filled in every form.
    pub(super) fn request(self, at: DateTime<Utc>) -> Result<AllocatePrimary, BadCase> {
        let recommendation = match self.recommended.as_deref() {
            Some("prison") => Recommendation::Prison,
            Some("probation") => Recommendation::Probation,
            None => Recommendation::None,
            Some(other) => return Err(BadCase::value("recommended POM type", other)),
        };
        let tier = self
            .tier
            .filter(|score| !score.is_empty())
            .map(|score| Tier::from_score(&score).ok_or_else(|| BadCase::value("tier", score)))
            .transpose()?;
        Ok(AllocatePrimary {
            prison: self.prison,
            prisoner_at: Some(self.prison),
            inside_policy: true,
            candidate: Some(Candidate {
                pom: known_by_number(self.pom),
                status: self.pom_status,
            }),
            tier,
            rosh: None,
            missing: None,
            recommendation,
            assumes_pom_responsible: false,
            policy: PolicyVersion::TierBased,
            override_form: OverrideForm {
                reasons: vec![OverrideReason::Continuity],
                ..OverrideForm::default()
            },
            note: None,
            at,
        })
    }
}

/// A candidate of whom the cases only give the number.
pub(super) fn active_candidate(pom: StaffId) -> Candidate {
    Candidate {
        pom: known_by_number(pom),
        status: PomStatus::Active,
    }
}

fn known_by_number(staff_id: StaffId) -> PomSnapshot {
    PomSnapshot {
        staff_id,
        forename: String::new(),
        surname: String::new(),
        email: None,
        position: PomPosition::Prison,
    }
}

/// A movement as NOMIS records it.
#[derive(Deserialize)]
#[cfg_attr(test, derive(Debug, serde::Serialize))]
#[serde(rename_all = "camelCase")]
pub(super) struct MovementRecord {
    movement_type: String,
    direction_code: Option<String>,
    from_agency: Option<String>,
    to_agency: Option<String>,
}

impl MovementRecord {
    pub(super) fn agency_left(&self) -> Option<&str> {
        self.from_agency
            .as_deref()
            .filter(|agency| !agency.trim().is_empty())
    }

    pub(super) fn movement(&self) -> Movement<'_> {
        Movement {
            kind: self.movement_type.parse().unwrap_or(MovementType::Other),
            inwards: self.direction_code.as_deref() == Some("IN"),
            from: self.agency_left(),
            to: self.to_agency.as_deref().unwrap_or_default(),
        }
    }
}

pub(super) fn is_secure_hospital(agency: &str) -> bool {
    SECURE_HOSPITALS.contains(&agency)
}
