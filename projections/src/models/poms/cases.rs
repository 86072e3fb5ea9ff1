//! The cases that a POM has.

use domain::{NomsNumber, PrisonCode, StaffId};

use crate::{ReadModelError, ReadModels, engine::columns::parsed};

/// No index leads from a POM to their cases: it would cost every event more than this rare question saves.
const CASES_OF: &str = "
    select noms from read.cases
    where allocated_at = $1 and (primary_staff = $2 or coworking_staff = $2)
    order by noms";

impl ReadModels {
    /// The prisoners whose primary or co-working POM somebody is at a prison, wherever the prisoners are now.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn cases_of(
        &self,
        prison: PrisonCode,
        staff: StaffId,
    ) -> Result<Vec<NomsNumber>, ReadModelError> {
        let rows = sqlx::query(CASES_OF)
            .bind(prison.as_str())
            .bind(staff.get())
            .fetch_all(&self.pool)
            .await?;
        rows.iter().map(|row| parsed(row, "noms")).collect()
    }
}
