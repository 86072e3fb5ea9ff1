//! The example that is printed: an allocation at Leeds that would be done now.

use anyhow::Result;
use chrono::NaiveDate;
use domain::{NomsNumber, PomStatus, StaffId};
use projections::{CaseBucket, CaseFilter, CaseOrder, CaseQuery, CaseView, PageRequest, PomView, ReadModels};

const PRISON: &str = "LEI";

/// The prisoner of the example, while their case can be allocated.
const USUAL_PRISONER: &str = "A1234BC";

/// The POMs of the example, while they can take it.
const USUAL_POMS: [i64; 2] = [485_926, 102];

/// A case, and a POM to whom it may be allocated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Example {
    /// Whose case.
    pub noms: NomsNumber,
    /// Which POM.
    pub staff: StaffId,
}

impl Example {
    /// The usual example if it would be done on this day, else another; the usual one too when none would.
    ///
    /// # Errors
    /// When the read models cannot answer.
    pub async fn find(models: &ReadModels, today: NaiveDate) -> Result<Self> {
        let prison = PRISON.parse()?;
        let usual = Self {
            noms: USUAL_PRISONER.parse()?,
            staff: USUAL_POMS[0].try_into()?,
        };
        let mut poms = models.poms(prison, None, today).await?;
        poms.retain(|view| view.pom.status == Some(PomStatus::Active));
        poms.sort_by_key(|view| !USUAL_POMS.contains(&view.staff_id.into()));
        let first = models.case(usual.noms, today).await?;
        let first = first.filter(|case| case.facts.prison == Some(prison));
        let others = models
            .cases(&CaseQuery {
                prison,
                bucket: None,
                order: CaseOrder::default(),
                filter: CaseFilter::default(),
                page: PageRequest::default(),
                today,
            })
            .await?;
        let cases = first
            .into_iter()
            .chain(others.cases.into_iter().map(|(case, _)| case));
        let mut possible = cases.filter_map(|case| Self::of(&case, &poms));
        Ok(possible.next().unwrap_or(usual))
    }

    /// A query for the cases among which the example's is.
    #[must_use]
    pub fn query() -> String {
        format!(
            r#"query {{
  cases(prison: "{PRISON}", bucket: UNALLOCATED, first: 5) {{
    totalCount
    edges {{ node {{ nomsNumber firstName lastName }} }}
  }}
}}"#
        )
    }

    /// The mutation, for people who paste.
    #[must_use]
    pub fn mutation(&self) -> String {
        let Self { noms, staff } = self;
        format!(
            r#"mutation {{
  allocatePrimaryPom(
    input: {{nomsNumber: "{noms}", prison: "{PRISON}", staffId: {staff}}}
  ) {{
    position
    userErrors {{ code reason message }}
    allocation {{ version state primaryPom {{ name }} }}
  }}
}}"#
        )
    }

    /// A POM of the recommended type who has no part in the case, which nothing is missing in.
    fn of(case: &CaseView, poms: &[PomView]) -> Option<Self> {
        let open = matches!(case.bucket, Some(CaseBucket::Allocated | CaseBucket::Unallocated));
        if !open || case.case.information.tier.is_none() {
            return None;
        }
        let recommended = case.advice.recommendation;
        let allocation = case.allocation.as_ref().map(|view| &view.allocation);
        let has_part =
            |staff| allocation.is_some_and(|it| [it.primary_id(), it.coworking_id()].contains(&Some(staff)));
        let fits = |view: &&PomView| {
            let position = view.pom.position;
            position.is_some_and(|position| !recommended.is_overridden_by(position))
                && !has_part(view.staff_id)
        };
        poms.iter().find(fits).map(|view| Self {
            noms: case.noms,
            staff: view.staff_id,
        })
    }
}
