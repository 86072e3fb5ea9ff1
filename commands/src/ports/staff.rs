//! Facts about staff: nomis-user-roles.

use async_trait::async_trait;
use domain::{StaffId, pom::StaffDetails};

use super::{FactUnavailable, MemoisedPorts, NotAvailable};

/// The answer of a port that cannot reach nomis-user-roles.
pub const STAFF_UNAVAILABLE: FactUnavailable = FactUnavailable {
    what: "the member of staff",
    from: "nomis-user-roles",
};

/// Facts about staff.
#[async_trait]
pub trait Staff: Send + Sync + 'static {
    /// The present details of a member of staff; none when nomis-user-roles knows nobody of that number.
    async fn staff(&self, staff_id: StaffId) -> Result<Option<StaffDetails>, FactUnavailable>;
}

#[async_trait]
impl Staff for NotAvailable {
    async fn staff(&self, _: StaffId) -> Result<Option<StaffDetails>, FactUnavailable> {
        Err(STAFF_UNAVAILABLE)
    }
}

impl MemoisedPorts<'_> {
    /// The details of a member of staff as of the first call.
    pub(crate) async fn staff(&self, staff_id: StaffId) -> Result<Option<StaffDetails>, FactUnavailable> {
        self.once("staff", staff_id, self.ports.staff.staff(staff_id))
            .await
    }
}
