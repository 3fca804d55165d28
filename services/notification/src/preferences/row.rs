//! The row of preferences. The ranges were checked when the request was read, and again by the table.

use diesel::{AsChangeset, Insertable, Queryable, Selectable};
use uuid::Uuid;

use super::{
    lead_times::LeadTimes,
    model::{Digest, Preferences, Weekday},
    quiet_hours::QuietHours,
};
use crate::{language::Language, schema::preferences};

/// A row of the table `preferences`.
#[derive(Debug, Clone, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = preferences, check_for_backend(diesel::pg::Pg), treat_none_as_null = true, primary_key(user_id))]
pub struct Row {
    user_id: Uuid,
    remind_before_minutes: i32,
    remind_again_before_minutes: Vec<i32>,
    quiet_from_minute: Option<i16>,
    quiet_to_minute: Option<i16>,
    digest: Digest,
    digest_hour: i16,
    digest_weekday: Weekday,
    language: Language,
    version: i64,
}

impl Row {
    /// `user`'s row of these preferences.
    #[must_use]
    pub fn of(user: Uuid, preferences: &Preferences) -> Self {
        let small = |minutes: i64| i32::try_from(minutes).unwrap_or(i32::MAX);
        let quiet = preferences.quiet_hours.map(QuietHours::minutes);
        Self {
            user_id: user,
            remind_before_minutes: small(preferences.lead_times.first),
            remind_again_before_minutes: preferences.lead_times.others.iter().copied().map(small).collect(),
            quiet_from_minute: quiet.map(|(from, _)| from),
            quiet_to_minute: quiet.map(|(_, to)| to),
            digest: preferences.digest,
            digest_hour: i16::try_from(preferences.digest_hour).unwrap_or(i16::MAX),
            digest_weekday: preferences.digest_weekday,
            language: preferences.language,
            version: preferences.version,
        }
    }
}

impl From<Row> for Preferences {
    fn from(row: Row) -> Self {
        let others = row.remind_again_before_minutes.into_iter().map(i64::from).collect();
        let quiet = row.quiet_from_minute.zip(row.quiet_to_minute);
        Self {
            channels: std::collections::BTreeMap::new(),
            lead_times: LeadTimes { first: row.remind_before_minutes.into(), others },
            quiet_hours: quiet.and_then(|(from, to)| QuietHours::from_minutes(from, to)),
            digest: row.digest,
            digest_hour: row.digest_hour.into(),
            digest_weekday: row.digest_weekday,
            language: row.language,
            version: row.version,
        }
    }
}
