//! Which reminder of a handover the primary POM is sent. Handover rules 12.1.

use chrono::NaiveDate;

use crate::{
    calendar::{days_after, days_before},
    coded::coded,
    handover::{Departure, RulesVersion},
};

/// How many days before the handover the first reminder is due.
const UPCOMING_DAYS: u64 = 56;
/// How many days after the handover a missing community offender manager is told of.
const OVERDUE_DAYS: u64 = 14;
/// For how many days a reminder on or after the handover is worth sending.
const CATCH_UP_DAYS: u64 = 14;

coded! {
    /// A reminder.
    Reminder {
        /// To start planning the handover.
        Upcoming = "upcoming_handover_window",
        /// The community is responsible from today, and this is who.
        HandedOver = "handover_date",
        /// The community is responsible, and nobody is named.
        ComOverdue = "com_allocation_overdue",
    }
}

/// A reminder that was sent to this POM about this prisoner.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SentReminder {
    /// Which.
    pub reminder: Reminder,
    /// The handover that it was about; absent where that was not recorded, which counts as any.
    pub handover_date: Option<NaiveDate>,
}

/// What a reminder depends on. All but the release, which prisoner-search gives, is kept by the service itself.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ReminderFacts<'a> {
    /// The day on which the community becomes responsible, as stored.
    pub handover_date: Option<NaiveDate>,
    /// The probation record names a community offender manager, or has their address.
    pub has_com: bool,
    /// The prisoner's earliest release is known.
    pub release_date_known: bool,
    /// What this POM does not want.
    pub opted_out: &'a [Reminder],
    /// What this POM was sent.
    pub sent: &'a [SentReminder],
}

/// A reminder that is due and not sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the reminder '{0}' cannot be written: the release date is not known")]
pub struct ReminderLost(pub Reminder);

impl ReminderFacts<'_> {
    /// The reminder to send today, if any.
    ///
    /// # Errors
    /// When one is due and cannot be written.
    pub fn due(&self, today: NaiveDate, rules: RulesVersion) -> Result<Option<Reminder>, ReminderLost> {
        let Some(handover) = self.handover_date else {
            return Ok(None);
        };
        let due = [
            (Reminder::Upcoming, true),
            (Reminder::HandedOver, self.has_com),
            (Reminder::ComOverdue, !self.has_com),
        ]
        .into_iter()
        .filter(|&(_, applies)| applies)
        .map(|(reminder, _)| reminder)
        .find(|&reminder| is_day_of(reminder, handover, today, rules));

        // The present service stumbles over the release date before it looks whether the reminder is wanted.
        let needs_release_date = !rules.has(Departure::RemindersWithoutReleaseDate);
        match due {
            Some(reminder) if needs_release_date && !self.release_date_known => Err(ReminderLost(reminder)),
            due => Ok(due.filter(|&reminder| self.is_wanted(reminder, handover, rules))),
        }
    }

    /// Neither opted out of nor sent: ever, or by departure for this handover.
    fn is_wanted(&self, reminder: Reminder, handover: NaiveDate, rules: RulesVersion) -> bool {
        let sent_ever_counts = !rules.has(Departure::RemindersCatchUp);
        let was_sent = self.sent.iter().any(|sent| {
            sent.reminder == reminder
                && (sent_ever_counts || sent.handover_date.is_none_or(|date| date == handover))
        });
        !was_sent && !self.opted_out.contains(&reminder)
    }
}

/// The reminder's one day, or by departure the days on which it is still worth sending.
fn is_day_of(reminder: Reminder, handover: NaiveDate, today: NaiveDate, rules: RulesVersion) -> bool {
    let overdue = days_after(handover, OVERDUE_DAYS);
    let (first, last) = match reminder {
        Reminder::Upcoming => (days_before(handover, UPCOMING_DAYS), days_before(handover, 1)),
        Reminder::HandedOver => (handover, days_before(overdue, 1)),
        Reminder::ComOverdue => (overdue, days_after(overdue, CATCH_UP_DAYS)),
    };
    if rules.has(Departure::RemindersCatchUp) {
        (first..=last).contains(&today)
    } else {
        today == first
    }
}
