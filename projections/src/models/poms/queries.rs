//! Queries of POMs. Counts are taken from the cases when they are read.

use std::collections::HashMap;

use chrono::NaiveDate;
use domain::{PomPosition, PomStatus, PrisonCode, StaffId, Tier, names::order_key, pom::Pom};
use sqlx::{Row as _, postgres::PgRow};

use crate::{
    ReadModelError, ReadModels,
    engine::columns::{count, json},
    models::cases::bucket_column,
};

/// Groups of POMs as staff pages show them. Allocation rules 4.7 and 4.9.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PomGroup {
    /// Prison POMs at work: active or unavailable.
    Prison,
    /// Probation POMs at work: active or unavailable.
    Probation,
    /// Take no new cases: unavailable or inactive.
    Unavailable,
    /// Away from work: inactive.
    Away,
    /// Have a part in a case here and are not, or no longer, a POM here.
    AttentionNeeded,
}

/// A POM at a prison.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PomView {
    /// Where.
    pub prison: PrisonCode,
    /// Who.
    pub staff_id: StaffId,
    /// The version of the stream, which the next command may name as the expected one; 0 for someone who was never a POM here.
    pub version: u64,
    /// The profile; empty for someone who was never a POM here.
    pub pom: Pom,
    /// Counts of their cases.
    pub counters: PomCounters,
}

/// Counts over a POM's cases: prisoners counted here who have a primary POM here, in whichever part. Allocation rules 4.8.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PomCounters {
    /// All.
    pub total: u64,
    /// As primary POM.
    pub primary: u64,
    /// As co-working POM.
    pub coworking: u64,
    /// By tier, in order; tiers without cases are left out.
    pub by_tier: Vec<(Tier, u64)>,
    /// Cases whose part this POM was given today or on one of the six days before: London dates, each part by its own date.
    pub allocated_last_7_days: u64,
    /// Cases whose earliest release is today or on one of the next 28 days.
    pub releases_next_4_weeks: u64,
    /// Cases of high complexity.
    pub high_complexity: u64,
    /// The London date on which they were last given a part in one of these cases.
    pub last_allocated_on: Option<NaiveDate>,
}

impl ReadModels {
    /// A POM at a prison on a London date; none for someone who neither was a POM there nor has a part in a case there.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn pom(
        &self,
        prison: PrisonCode,
        staff: StaffId,
        today: NaiveDate,
    ) -> Result<Option<PomView>, ReadModelError> {
        let found = read(self, prison, today, Some(staff)).await?;
        Ok(found.into_iter().map(|(view, _)| view).next())
    }

    /// The POMs of a prison by name: those of a group, or without one everybody who is a POM there now.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn poms(
        &self,
        prison: PrisonCode,
        group: Option<PomGroup>,
        today: NaiveDate,
    ) -> Result<Vec<PomView>, ReadModelError> {
        let everybody = read(self, prison, today, None).await?;
        let wanted = everybody
            .into_iter()
            .filter(|(view, has_part)| belongs(&view.pom, *has_part, group));
        let mut poms: Vec<PomView> = wanted.map(|(view, _)| view).collect();
        poms.sort_by_cached_key(|view| (order_of(&view.pom), view.staff_id));
        Ok(poms)
    }
}

fn belongs(pom: &Pom, has_part: bool, group: Option<PomGroup>) -> bool {
    let here = pom.status.is_some_and(|status| status != PomStatus::Deleted);
    let at_work = matches!(pom.status, Some(PomStatus::Active | PomStatus::Unavailable));
    match group {
        None => here,
        Some(PomGroup::Prison) => at_work && pom.position == Some(PomPosition::Prison),
        Some(PomGroup::Probation) => at_work && pom.position == Some(PomPosition::Probation),
        Some(PomGroup::Unavailable) => here && pom.status != Some(PomStatus::Active),
        Some(PomGroup::Away) => pom.status == Some(PomStatus::Inactive),
        Some(PomGroup::AttentionNeeded) => has_part && !here,
    }
}

/// By forename and then by surname, as staff pages are. Allocation rules 4.9.
fn order_of(pom: &Pom) -> Vec<u8> {
    let details = pom.details.as_ref();
    details
        .map(|staff| order_key(&staff.forename, &staff.surname))
        .unwrap_or_default()
}

/// Reads everybody who is or was a POM here or has a part in a case here, with whether they have one. A co-working
/// POM whose case lost its primary POM has a part, though the case is not counted.
async fn read(
    models: &ReadModels,
    prison: PrisonCode,
    today: NaiveDate,
    staff: Option<StaffId>,
) -> Result<Vec<(PomView, bool)>, ReadModelError> {
    let tiers = Tier::ALL
        .iter()
        .map(|tier| format!("count(*) filter (where counted and tier = '{tier}') as tier_{tier}"));
    let sql = format!(
        "with part as (
             select staff, role, since, tier, complexity, rm.earliest_release(release_dates, $2) as release,
                    {bucket} = 'allocated' as counted
             from read.cases
             cross join lateral (values (primary_staff, 'primary', primary_on),
                                        (coworking_staff, 'coworking', coworking_on)) role (staff, role, since)
             where prison = $1 and allocated_at = $1 and adult_on <= $2 and {bucket} is not null
               and staff is not null and ($3::integer is null or staff = $3)
         ), counter as (
             select staff, count(*) filter (where counted) as total,
                    count(*) filter (where counted and role = 'primary') as \"primary\",
                    count(*) filter (where counted and role = 'coworking') as coworking,
                    count(*) filter (where counted and since > $2 - 7) as last_7_days,
                    count(*) filter (where counted and release between $2 and $2 + 28) as next_4_weeks,
                    count(*) filter (where counted and complexity = 'high') as high_complexity,
                    max(since) filter (where counted) as last_allocated_on, {tiers}
             from part group by staff
         ), profile as (
             select staff_id, version, pom from read.poms
             where prison = $1 and ($3::integer is null or staff_id = $3)
         )
         select coalesce(profile.staff_id, counter.staff) as staff_id, coalesce(profile.version, 0) as version,
                coalesce(profile.pom, '{{}}')::text as pom, counter.*, counter.staff is not null as has_part
         from profile full join counter on counter.staff = profile.staff_id",
        bucket = bucket_column(models.policy),
        tiers = tiers.collect::<Vec<_>>().join(", "),
    );
    let rows = sqlx::query(&sql)
        .bind(prison.as_str())
        .bind(today)
        .bind(staff.map(StaffId::get))
        .fetch_all(&models.pool)
        .await?;
    rows.iter()
        .map(|row| Ok((view(prison, row)?, row.try_get("has_part")?)))
        .collect()
}

fn view(prison: PrisonCode, row: &PgRow) -> Result<PomView, ReadModelError> {
    let number: i32 = row.try_get("staff_id")?;
    let staff_id = StaffId::try_from(i64::from(number));
    Ok(PomView {
        prison,
        staff_id: staff_id.map_err(|_| ReadModelError::Damaged("the key of a POM".into()))?,
        version: count(row, "version")?,
        pom: json(row, "pom")?,
        counters: if row.try_get("has_part")? {
            counters(row)?
        } else {
            PomCounters::default()
        },
    })
}

fn counters(row: &PgRow) -> Result<PomCounters, ReadModelError> {
    let tiers: HashMap<Tier, u64> = Tier::ALL
        .iter()
        .map(|tier| {
            Ok((
                *tier,
                count(row, &format!("tier_{}", tier.code().to_lowercase()))?,
            ))
        })
        .collect::<Result<_, ReadModelError>>()?;
    let by_tier = Tier::ALL
        .iter()
        .filter_map(|tier| tiers.get(tier).map(|count| (*tier, *count)));
    Ok(PomCounters {
        total: count(row, "total")?,
        primary: count(row, "primary")?,
        coworking: count(row, "coworking")?,
        by_tier: by_tier.filter(|(_, count)| *count > 0).collect(),
        allocated_last_7_days: count(row, "last_7_days")?,
        releases_next_4_weeks: count(row, "next_4_weeks")?,
        high_complexity: count(row, "high_complexity")?,
        last_allocated_on: row.try_get("last_allocated_on")?,
    })
}
