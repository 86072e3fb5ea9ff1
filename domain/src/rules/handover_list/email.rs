//! Which message goes to whom. Handover rules 7.2, 7.3 and 12.

use super::{monthly::MonthlyEmail, reminders::Reminder};
use crate::{early_allocation::ReferralEmail, recalculation::ComRequest};

/// A message about a case, or about the cases of a local delivery unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Email {
    /// An officer gave responsibility to the community.
    ToCommunity,
    /// An officer gave it back to the prison, where nobody has the case.
    ToCustody,
    /// An officer gave it back to the prison, and this is its POM.
    ToCustodyWithPom,
    /// The unit's handovers of the next weeks.
    Monthly(MonthlyEmail),
    /// Nobody in the community is named, a week after they were to begin.
    Chase,
    /// Somebody in the community is needed now.
    ComRequest(ComRequest),
    /// An assessment for early allocation.
    Referral(ReferralEmail),
    /// The time has come to assess for early allocation anew.
    Reassessment,
    /// A reminder of a handover.
    Reminder(Reminder),
}

/// Whom a message is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Recipient {
    /// Whoever did what the message tells of.
    ActingUser,
    /// The mailbox of the case's local delivery unit.
    LocalDeliveryUnit,
    /// The primary POM.
    PrimaryPom,
}

impl Email {
    /// The message that responsibility went back to the prison.
    #[must_use]
    pub const fn to_custody(has_active_allocation: bool) -> Self {
        if has_active_allocation {
            Self::ToCustodyWithPom
        } else {
            Self::ToCustody
        }
    }

    /// Whom it is for.
    #[must_use]
    pub const fn recipients(self) -> &'static [Recipient] {
        match self {
            Self::ToCommunity | Self::ToCustody => &[Recipient::ActingUser, Recipient::LocalDeliveryUnit],
            Self::ToCustodyWithPom => &[
                Recipient::ActingUser,
                Recipient::LocalDeliveryUnit,
                Recipient::PrimaryPom,
            ],
            Self::Monthly(_) | Self::Chase | Self::ComRequest(_) | Self::Referral(_) => {
                &[Recipient::LocalDeliveryUnit]
            }
            Self::Reassessment | Self::Reminder(_) => &[Recipient::PrimaryPom],
        }
    }

    /// Whether the case's history of messages tells of it.
    #[must_use]
    pub const fn is_kept_in_history(self) -> bool {
        !matches!(self, Self::Monthly(_) | Self::Reminder(_))
    }
}

/// The addresses that are known. Blank is not known.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Addresses<'a> {
    /// Of whoever acts, from their account.
    pub acting_user: Option<&'a str>,
    /// Of the local delivery unit's mailbox, from the register of units. A unit out of use counts as not known.
    pub ldu: Option<&'a str>,
    /// Of the primary POM, from staff records; a failure to look it up is no reason not to write to the others.
    pub primary_pom: Option<&'a str>,
}

impl<'a> Addresses<'a> {
    /// Where the message goes, a copy to each address, and to each only once.
    #[must_use]
    pub fn of(&self, email: Email) -> Vec<&'a str> {
        let mut addresses = Vec::new();
        for recipient in email.recipients() {
            let known = self.known(*recipient).filter(|known| !addresses.contains(known));
            addresses.extend(known);
        }
        addresses
    }

    fn known(&self, recipient: Recipient) -> Option<&'a str> {
        match recipient {
            Recipient::ActingUser => self.acting_user,
            Recipient::LocalDeliveryUnit => self.ldu,
            Recipient::PrimaryPom => self.primary_pom,
        }
        .filter(|address| !address.trim().is_empty())
    }
}
