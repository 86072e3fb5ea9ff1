//! Who works at the prisons: POMs and the heads of offender management who allocate to them.

use domain::{PomPosition, PomStatus, PrisonCode, StaffId, WorkingPattern};

use super::names;
use crate::dice::Dice;

/// Each prison's staff ids start at a multiple of this, so that two prisons never share one.
const IDS_PER_PRISON: i64 = 100;
const FIRST_ID: i64 = 500_000;
/// The last id of a prison's block: its head of offender management.
const HEAD: i64 = 99;

/// A member of staff with a NOMIS account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StaffMember {
    /// Who.
    pub staff_id: StaffId,
    /// Account name.
    pub username: String,
    /// First name, upper case as NOMIS has it.
    pub forename: String,
    /// Last name, upper case as NOMIS has it.
    pub surname: String,
    /// Address, in a domain that does not exist.
    pub email: String,
    /// The prisons whose cases they work with; the first is the active one.
    pub caseloads: Vec<PrisonCode>,
    /// Authorities, such as `ROLE_ALLOC_MGR`.
    pub authorities: Vec<String>,
}

/// A POM at one prison.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SimulatedPom {
    /// Who.
    pub staff: StaffMember,
    /// Where.
    pub prison: PrisonCode,
    /// Prison or probation POM.
    pub position: PomPosition,
    /// Whether they take cases today.
    pub status: PomStatus,
    /// How much they work.
    pub working_pattern: WorkingPattern,
}

/// The POMs of a prison with so many prisoners: 8 to 25.
pub(super) fn poms(seed: u64, rank: usize, prison: PrisonCode, prisoners: usize) -> Vec<SimulatedPom> {
    let wanted = (prisoners / 40).clamp(8, 25);
    let mut poms = if prison.as_str() == "LEI" {
        fixed_poms(prison)
    } else {
        Vec::new()
    };
    for place in poms.len()..wanted {
        let mut dice = Dice::new(seed, "pom", id_at(rank, i64::try_from(place).unwrap_or(HEAD)).0);
        poms.extend(pom(&mut dice, rank, prison, place));
    }
    poms
}

/// Who allocates at a prison.
pub(super) fn head(seed: u64, rank: usize, prison: PrisonCode) -> Option<StaffMember> {
    let mut dice = Dice::new(seed, "head", rank);
    let woman = dice.chance(550);
    Some(member(
        StaffId::try_from(id_at(rank, HEAD).1).ok()?,
        format!("{prison}_HOMD"),
        (names::forename(&mut dice, woman), names::surname(&mut dice)),
        prison,
        "ROLE_ALLOC_MGR",
    ))
}

fn pom(dice: &mut Dice, rank: usize, prison: PrisonCode, place: usize) -> Option<SimulatedPom> {
    let woman = dice.chance(600);
    let name = (names::forename(dice, woman), names::surname(dice));
    let id = StaffId::try_from(id_at(rank, i64::try_from(place).ok()?).1).ok()?;
    // The first two are one of each kind and at work, so that every case has somebody to go to.
    let position = match place {
        0 => PomPosition::Prison,
        1 => PomPosition::Probation,
        _ if dice.chance(620) => PomPosition::Prison,
        _ => PomPosition::Probation,
    };
    let status = dice.weighted(
        &[
            (PomStatus::Active, 900),
            (PomStatus::Unavailable, 60),
            (PomStatus::Inactive, 40),
        ],
        PomStatus::Active,
    );
    let tenths = dice.weighted(&[(10, 60), (8, 15), (6, 10), (5, 10), (3, 5)], 10);
    Some(SimulatedPom {
        staff: member(
            id,
            format!("{prison}_POM{place:02}"),
            name,
            prison,
            "ROLE_ALLOC_CASE_MGR",
        ),
        prison,
        position,
        status: if place < 2 { PomStatus::Active } else { status },
        working_pattern: WorkingPattern::try_from(tenths).unwrap_or(WorkingPattern::FULL_TIME),
    })
}

/// People whom examples and tests count on.
fn fixed_poms(prison: PrisonCode) -> Vec<SimulatedPom> {
    use {PomPosition as P, PomStatus as S};
    [
        (101, "ANN", "PRISON", P::Prison, S::Active, 10),
        (102, "BOB", "PROB", P::Probation, S::Active, 5),
        (103, "CAT", "PRISON", P::Prison, S::Unavailable, 10),
        (104, "DAN", "PROB", P::Probation, S::Inactive, 10),
        (485_926, "MOIC", "POM", P::Probation, S::Active, 10),
    ]
    .into_iter()
    .filter_map(|(id, forename, surname, position, status, tenths)| {
        let username = format!("{forename}_{surname}");
        let staff_id = StaffId::try_from(id).ok()?;
        Some(SimulatedPom {
            staff: member(
                staff_id,
                username,
                (forename, surname),
                prison,
                "ROLE_ALLOC_CASE_MGR",
            ),
            prison,
            position,
            status,
            working_pattern: WorkingPattern::try_from(tenths).ok()?,
        })
    })
    .collect()
}

fn member(
    staff_id: StaffId,
    username: String,
    (forename, surname): (&str, &str),
    prison: PrisonCode,
    authority: &str,
) -> StaffMember {
    StaffMember {
        staff_id,
        username,
        forename: forename.to_owned(),
        surname: surname.to_owned(),
        email: format!(
            "{}.{}@justice.gov.invalid",
            forename.to_lowercase(),
            surname.to_lowercase()
        ),
        caseloads: vec![prison],
        authorities: vec![authority.to_owned()],
    }
}

/// The id at a place of a prison's block, as an index for dice and as a number.
fn id_at(rank: usize, place: i64) -> (usize, i64) {
    let rank = i64::try_from(rank).unwrap_or_default();
    let id = FIRST_ID
        .saturating_add(rank.saturating_mul(IDS_PER_PRISON))
        .saturating_add(place);
    (usize::try_from(id).unwrap_or_default(), id)
}
