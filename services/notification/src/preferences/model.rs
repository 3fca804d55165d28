//! Named types of preferences, and the usual ones.

use std::collections::BTreeMap;

use super::{lead_times::LeadTimes, quiet_hours::QuietHours};
use crate::{language::Language, notifications::kind::Kind, words::words};

/// How something of one type reaches somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Channels {
    /// Among the notifications: list, count and stream.
    pub in_app: bool,
    /// By mail.
    pub email: bool,
    /// To their webhooks.
    pub webhook: bool,
}

impl Channels {
    /// Everywhere.
    pub const ALL: Self = Self { in_app: true, email: true, webhook: true };
}

words! {
    /// Whether mails are gathered.
    Digest:
    /// Each mail at once.
    Off = "off",
    /// One mail a day.
    Daily = "daily",
    /// One mail a week.
    Weekly = "weekly",
}

words! {
    /// The day of a weekly mail.
    Weekday:
    /// Monday.
    Monday = "monday",
    /// Tuesday.
    Tuesday = "tuesday",
    /// Wednesday.
    Wednesday = "wednesday",
    /// Thursday.
    Thursday = "thursday",
    /// Friday.
    Friday = "friday",
    /// Saturday.
    Saturday = "saturday",
    /// Sunday.
    Sunday = "sunday",
}

impl From<Weekday> for chrono::Weekday {
    fn from(day: Weekday) -> Self {
        match day {
            Weekday::Monday => Self::Mon,
            Weekday::Tuesday => Self::Tue,
            Weekday::Wednesday => Self::Wed,
            Weekday::Thursday => Self::Thu,
            Weekday::Friday => Self::Fri,
            Weekday::Saturday => Self::Sat,
            Weekday::Sunday => Self::Sun,
        }
    }
}

/// Somebody's preferences.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Preferences {
    /// How each type reaches them.
    pub channels: BTreeMap<Kind, Channels>,
    /// How long before the due date `task_due` comes.
    pub lead_times: LeadTimes,
    /// When mails and webhooks wait.
    pub quiet_hours: Option<QuietHours>,
    /// Whether mails are gathered.
    pub digest: Digest,
    /// The hour of the gathered mail where they live, 0 to 23.
    pub digest_hour: i64,
    /// The day of the weekly one.
    pub digest_weekday: Weekday,
    /// The language of what they are told.
    pub language: Language,
    /// Counts the changes; 0 for the usual ones.
    pub version: i64,
}

impl Preferences {
    /// How something of that type reaches them.
    #[must_use]
    pub fn of(&self, kind: Kind) -> Channels {
        self.channels.get(&kind).copied().unwrap_or(Channels::ALL)
    }
}

impl Default for Preferences {
    /// What holds for whoever has not said anything: everything, everywhere, a day before, at once.
    fn default() -> Self {
        Self {
            channels: BTreeMap::new(),
            lead_times: LeadTimes::default(),
            quiet_hours: None,
            digest: Digest::Off,
            digest_hour: 8,
            digest_weekday: Weekday::Monday,
            language: Language::English,
            version: 0,
        }
    }
}
